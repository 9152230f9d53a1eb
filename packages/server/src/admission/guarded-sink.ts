import type { WireSink } from '@hookline/protocol';
import { type Logger, messageOf } from '@hookline/runtime';

/** A sink that throws loses what follows of its call; the call goes on. */
export function guardedSink(sink: WireSink, logger: Logger): WireSink {
  let broken = false;
  const attempt = (act: () => void) => {
    if (broken) return;
    try {
      act();
    } catch (error) {
      broken = true;
      logger.error({ err: error }, `a sink threw and gets nothing more of its call: ${messageOf(error)}`);
    }
  };
  return {
    event: (event) => attempt(() => sink.event(event)),
    ...(sink.audio
      ? {
          audio: (dir, t, bytes) => {
            if (broken) return;
            try {
              sink.audio?.(dir, t, bytes);
            } catch (error) {
              attempt(() => {
                throw error;
              });
            }
          },
        }
      : {}),
  };
}
