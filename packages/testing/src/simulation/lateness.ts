import type { Evidence } from './evidence.js';

/** How late what happens on a machine may be, in milliseconds: by its stalls and the grid of its timers. */
export function latenessMs({ weather }: Evidence, machine: 'client' | 'server'): number {
  const stalledMs = weather.blows
    .map(({ blow }) => (blow.what === 'stall' && blow.machine === machine ? blow.ms : 0))
    .reduce((sum, ms) => sum + ms, 0);
  // What is played out may arm a timer that arms another, each kept by a ticker of 5 ms.
  return stalledMs + 3 * (weather.timerGridMs[machine] + 5);
}

/** The longest that a message travels both ways, in milliseconds. */
export function roundTripMs({ weather }: Evidence): number {
  const { up, down } = weather;
  return up.latencyMs + up.jitterMs + down.latencyMs + down.jitterMs;
}
