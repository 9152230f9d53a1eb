import type { WireSink } from '@hookline/protocol';
import { type Logger, messageOf } from '@hookline/runtime';
import { serverError } from '../error.js';
import { contain, guard } from '../user-code/guard.js';

/**
 * A sink that throws or rejects loses what follows of its call; the call goes on.
 *
 * @throws HooklineError `BAD_OPTION` for what is no sink
 */
export function guardedSink(sink: WireSink, logger: Logger): WireSink {
  if (typeof sink.event !== 'function') {
    // An async function where a plain one is expected gives a promise, which may reject.
    void contain(sink);
    throw serverError(
      'BAD_OPTION',
      `sink gave ${typeof sink} without event(); it must give a WireSink, at once.`,
    );
  }
  let broken = false;
  const onError = (error: unknown) => {
    if (broken) return;
    broken = true;
    logger.error({ err: error }, `a sink threw and gets nothing more of its call: ${messageOf(error)}`);
  };
  return {
    event(event) {
      if (!broken) guard((it) => sink.event(it), event, undefined, onError);
    },
    ...(sink.audio
      ? {
          audio(dir, t, bytes) {
            if (broken) return;
            try {
              const given: unknown = sink.audio?.(dir, t, bytes);
              if (given !== undefined) void contain(given, onError);
            } catch (error) {
              onError(error);
            }
          },
        }
      : {}),
  };
}
