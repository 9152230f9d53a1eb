import { serverError } from '../error.js';
import { NO_BYTES } from './audio-bytes.js';
import { discardSource } from './discard.js';
import { handleFailureOf } from './handle-failure.js';
import { iteratorOf, stopIterator } from './iteration.js';
import type { OpenSource } from './open-source.js';
import { MAX_PIECES_WITHOUT_AUDIO } from './pieces.js';
import type { AudioSource, SequenceSource } from './source.js';

/** Opens the sources of a sequence one after another. @param open - opens a single source */
export function openSequence(
  sources: SequenceSource['sources'],
  open: (source: AudioSource) => Uint8Array | OpenSource,
): OpenSource {
  const iterator = iteratorOf(sources, 'play(sequence())');
  let current: OpenSource | undefined;
  let closed = false;
  let emptyInARow = 0;

  const next = async (): Promise<Uint8Array | undefined> => {
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
  };

  return {
    async next() {
      const bytes = await next();
      emptyInARow = bytes?.length === 0 ? emptyInARow + 1 : 0;
      if (emptyInARow < MAX_PIECES_WITHOUT_AUDIO) return bytes;
      throw serverError(
        'SERVER_BAD_SOURCE',
        `play(sequence()) got sources without audio ${MAX_PIECES_WITHOUT_AUDIO} times in a row; end the sequence when there is no more audio, or wait in it for the next source.`,
      );
    },
    close() {
      if (closed) return;
      closed = true;
      current?.close();
      stopIterator(iterator);
    },
  };
}
