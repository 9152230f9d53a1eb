import type { WireSink } from '@hookline/protocol';
import { messageOf } from '@hookline/runtime';

/**
 * Combines sinks into one. Each event is passed to all sinks, in the given order. A sink that throws receives no further
 * events; the others continue.
 *
 * @param onFailure - called once for each sink that throws
 */
export function combineSinks(sinks: readonly WireSink[], onFailure: (message: string) => void): WireSink {
  const active = new Set(sinks);
  const report = (sink: WireSink, error: unknown) => {
    active.delete(sink);
    onFailure(messageOf(error));
  };
  return {
    event(event) {
      for (const sink of active) {
        try {
          sink.event(event);
        } catch (error) {
          report(sink, error);
        }
      }
    },
    audio(dir, t, bytes, lateMs) {
      for (const sink of active) {
        try {
          sink.audio?.(dir, t, bytes, lateMs);
        } catch (error) {
          report(sink, error);
        }
      }
    },
    heard(t, bytes) {
      for (const sink of active) {
        try {
          sink.heard?.(t, bytes);
        } catch (error) {
          report(sink, error);
        }
      }
    },
  };
}
