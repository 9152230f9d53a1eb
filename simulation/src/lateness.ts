import type { Evidence } from './evidence.js';

/** How late a machine may act, in milliseconds: its stalls and the grid of its timers. */
export function latenessMs({ network }: Evidence, machine: 'client' | 'server'): number {
  const stalledMs = network.faults
    .map(({ fault }) => (fault.what === 'stall' && fault.machine === machine ? fault.ms : 0))
    .reduce((sum, ms) => sum + ms, 0);
  // The end of playback may start a timer that starts another one.
  return stalledMs + 3 * timerDelayMs({ network }, machine);
}

/** How late a timer may run, in milliseconds: the grid of the machine and a ticker of 5 ms. */
export function timerDelayMs({ network }: Pick<Evidence, 'network'>, machine: 'client' | 'server'): number {
  return network.timerGridMs[machine] + 5;
}

/** The longest round-trip time, in milliseconds. */
export function roundTripMs({ network }: Evidence): number {
  const { up, down } = network;
  return up.latencyMs + up.jitterMs + down.latencyMs + down.jitterMs;
}
