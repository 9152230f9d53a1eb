import type { Evidence } from './evidence.js';

/** How late what happens on a machine may be, in milliseconds: by its stalls and the grid of its timers. */
export function latenessMs({ network }: Evidence, machine: 'client' | 'server'): number {
  const stalledMs = network.faults
    .map(({ fault }) => (fault.what === 'stall' && fault.machine === machine ? fault.ms : 0))
    .reduce((sum, ms) => sum + ms, 0);
  // What is played out may arm a timer that arms another.
  return stalledMs + 3 * slotMs({ network }, machine);
}

/** How long a timer may wait for its slot: by the grid of the machine, and a ticker of 5 ms. */
export function slotMs({ network }: Pick<Evidence, 'network'>, machine: 'client' | 'server'): number {
  return network.timerGridMs[machine] + 5;
}

/** The longest that a message travels both ways, in milliseconds. */
export function roundTripMs({ network }: Evidence): number {
  const { up, down } = network;
  return up.latencyMs + up.jitterMs + down.latencyMs + down.jitterMs;
}
