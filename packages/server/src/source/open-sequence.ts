import { NO_BYTES } from './audio-bytes.js';
import { discardSource } from './discard.js';
import { handleFailureOf } from './handle-failure.js';
import { iteratorOf, stopIterator } from './iteration.js';
import type { OpenSource } from './open-source.js';
import type { AudioSource, SequenceSource } from './source.js';

/** Opens the sources of a sequence one after another. @param open - opens a single source */
export function openSequence(
  sources: SequenceSource['sources'],
  open: (source: AudioSource) => Uint8Array | OpenSource,
): OpenSource {
  const iterator = iteratorOf(sources, 'play(sequence())');
  let current: OpenSource | undefined;
  let closed = false;
  return {
    async next() {
      if (current) {
        const bytes = await current.next();
        if (bytes) return bytes;
        current = undefined;
      }
      if (closed) return undefined;
      const step = await iterator.next();
      if (step.done) return undefined;
      if (closed) {
        void discardSource(step.value);
        return undefined;
      }
      handleFailureOf(step.value);
      const opened = open(step.value);
      if (opened instanceof Uint8Array) return opened;
      current = opened;
      // The reader counts empty results, so that endless sources without audio do not keep the process busy.
      return NO_BYTES;
    },
    close() {
      if (closed) return;
      closed = true;
      current?.close();
      stopIterator(iterator);
    },
  };
}
