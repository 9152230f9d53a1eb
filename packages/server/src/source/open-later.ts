import { contain } from '@hookline/runtime';
import type { OpenSource } from './open-source.js';

/**
 * A source that is still being made, such as by a synthesizer: read once it is there. Closed before that, it is
 * closed when it comes.
 *
 * @param making - user code; may hang or reject
 * @param open - opens what was made, when the first bytes of it are asked for
 * @param discard - closes what was made when nobody asks any more
 */
export function openLater<Made>(
  making: Promise<Made>,
  open: (made: Made) => Uint8Array | OpenSource,
  discard: (made: Made) => void,
): OpenSource {
  let opened: OpenSource | undefined;
  let asked = false;
  let closed = false;
  return {
    async next() {
      if (closed) return undefined;
      if (asked) return opened?.next();
      const made = await making;
      if (closed) return undefined;
      asked = true;
      const source = open(made);
      if (source instanceof Uint8Array) return source;
      opened = source;
      return source.next();
    },
    close() {
      if (closed) return;
      closed = true;
      opened?.close();
      if (!asked) void contain(making.then(discard));
    },
  };
}
