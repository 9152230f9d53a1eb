import type { WireSink } from '@hookline/protocol';

/** One sink for several: each gets everything, in the order they are given. */
export function combineSinks(sinks: readonly WireSink[]): WireSink {
  return {
    event(event) {
      for (const sink of sinks) sink.event(event);
    },
    audio(dir, t, bytes) {
      for (const sink of sinks) sink.audio?.(dir, t, bytes);
    },
    heard(t, bytes) {
      for (const sink of sinks) sink.heard?.(t, bytes);
    },
  };
}
