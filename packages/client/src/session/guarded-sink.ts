import type { WireSink } from '@hookline/protocol';
import { type Logger, messageOf } from '@hookline/runtime';

/** A sink that cannot disturb the call: the first time it throws is logged, and it is asked no more. */
export function guardedSink(sink: WireSink, logger: Logger): WireSink {
  let broken = false;
  const guard = <Args extends unknown[]>(tell: (...args: Args) => void) => {
    return (...args: Args) => {
      if (broken) return;
      try {
        tell(...args);
      } catch (error) {
        broken = true;
        logger.error({ error: messageOf(error) }, 'the sink threw and is told no more of this call');
      }
    };
  };
  const { audio, heard } = sink;
  return {
    event: guard((event) => sink.event(event)),
    ...(audio ? { audio: guard((dir, t, bytes) => audio.call(sink, dir, t, bytes)) } : {}),
    ...(heard ? { heard: guard((t, bytes) => heard.call(sink, t, bytes)) } : {}),
  };
}
