import type { WireSink } from '@hookline/protocol';
import { type Logger, messageOf } from '@hookline/runtime';

/** Why what a sink factory gave is no sink, or undefined. An answer that comes later is no sink either: it would miss the beginning. */
export function sinkFault(sink: unknown): string | undefined {
  if (sink instanceof Promise) {
    sink.catch(() => {});
    return 'sink() returned a promise; expected { event, audio } at once, or undefined';
  }
  const given = typeof sink === 'object' && sink !== null ? sink : {};
  const event = 'event' in given ? typeof given.event : 'undefined';
  const audio = 'audio' in given ? typeof given.audio : 'undefined';
  if (event === 'function' && (audio === 'function' || audio === 'undefined')) return undefined;
  return `sink() returned ${sink === null ? 'null' : typeof sink} with event ${event} and audio ${audio}; expected { event, audio }, both functions, or undefined`;
}

/** A sink that throws, or rejects, loses what follows of its call; the call goes on. */
export function guardedSink(sink: WireSink, logger: Logger): WireSink {
  let broken = false;
  const fail = (error: unknown) => {
    if (broken) return;
    broken = true;
    logger.error({ err: error }, `a sink threw and gets nothing more of its call: ${messageOf(error)}`);
  };
  /** An async function of the user's fits the type: what it rejects with must not end the process. */
  const watch = (returned: unknown) => {
    if (returned !== undefined) Promise.resolve(returned).catch(fail);
  };
  return {
    event(event) {
      if (broken) return;
      try {
        watch(sink.event(event));
      } catch (error) {
        fail(error);
      }
    },
    ...(sink.audio
      ? {
          audio(dir, t, bytes) {
            if (broken) return;
            try {
              watch(sink.audio?.(dir, t, bytes));
            } catch (error) {
              fail(error);
            }
          },
        }
      : {}),
  };
}
