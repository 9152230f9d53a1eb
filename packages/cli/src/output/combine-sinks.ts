import type { WireSink } from '@hookline/protocol';
import { messageOf } from '@hookline/runtime';

/**
 * One sink for several: each gets everything, in the order they are given. One that throws gets nothing more, and the
 * others go on.
 *
 * @param failed - called once for each sink that throws
 */
export function combineSinks(sinks: readonly WireSink[], failed: (message: string) => void): WireSink {
  const live = new Set(sinks);
  const report = (sink: WireSink, error: unknown) => {
    live.delete(sink);
    failed(messageOf(error));
  };
  return {
    event(event) {
      for (const sink of live) {
        try {
          sink.event(event);
        } catch (error) {
          report(sink, error);
        }
      }
    },
    audio(dir, t, bytes, lateMs) {
      for (const sink of live) {
        try {
          sink.audio?.(dir, t, bytes, lateMs);
        } catch (error) {
          report(sink, error);
        }
      }
    },
    heard(t, bytes) {
      for (const sink of live) {
        try {
          sink.heard?.(t, bytes);
        } catch (error) {
          report(sink, error);
        }
      }
    },
  };
}
