import { checkArgument, contain, type Logger, messageOf } from '@hookline/runtime';
import type { WireSink } from './wire-event.js';

/**
 * Wraps a user's sink so that it cannot affect the call: if it throws or rejects, the error is logged once and the sink
 * receives no more events.
 *
 * @returns a sink with the same optional methods
 */
export function guardedSink(sink: WireSink, logger: Logger): WireSink {
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'guardedSink: sink', sink, 'object');
  let broken = false;
  const failed = (err: unknown) => {
    if (broken) return;
    broken = true;
    logger.error({ err }, `the sink threw and receives nothing more of this call: ${messageOf(err)}`);
  };
  const guard = <Args extends unknown[]>(method: (...args: Args) => unknown) => {
    return (...args: Args) => {
      if (broken) return;
      try {
        const given = method.apply(sink, args);
        if (given !== undefined) void contain(given, failed);
      } catch (error) {
        failed(error);
      }
    };
  };
  const { event, audio, heard } = sink;
  return {
    event: guard(event),
    ...(audio ? { audio: guard(audio) } : {}),
    ...(heard ? { heard: guard(heard) } : {}),
  };
}
