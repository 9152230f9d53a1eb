import { contain } from '@hookline/runtime';
import type { OpenSource } from './open-source.js';

/**
 * A source that is still being made, for example by a synthesizer. Reading waits until it is there. If it is closed
 * before that, the source is discarded when it arrives.
 *
 * @param pending - user code; may hang or reject
 * @param open - opens the source at the first read
 * @param discard - closes a source that was never opened
 */
export function openLater<Made>(
  pending: Promise<Made>,
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
      const made = await pending;
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
      if (!asked) void contain(pending.then(discard));
    },
  };
}
