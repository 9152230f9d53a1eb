import type { WireSink } from '@hookline/protocol';
import { type Logger, messageOf } from '@hookline/runtime';
import { runUserCode } from '../user-code.js';

/** A sink that cannot disturb the call: the first time it throws or rejects is logged, and it is asked no more. */
export function guardedSink(sink: WireSink, logger: Logger): WireSink {
  let broken = false;
  const failed = (error: unknown) => {
    if (broken) return;
    broken = true;
    logger.error({ error: messageOf(error) }, 'the sink threw and is told no more of this call');
  };
  const guard = <Args extends unknown[]>(tell: (...args: Args) => unknown) => {
    return (...args: Args) => {
      if (!broken) runUserCode(() => tell(...args), failed);
    };
  };
  const { event, audio, heard } = sink;
  return {
    event: guard((fact) => event.call(sink, fact)),
    ...(audio ? { audio: guard((dir, t, bytes) => audio.call(sink, dir, t, bytes)) } : {}),
    ...(heard ? { heard: guard((t, bytes) => heard.call(sink, t, bytes)) } : {}),
  };
}
