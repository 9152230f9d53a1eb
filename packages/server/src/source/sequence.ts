import { iteratorOf, stopIterator } from './iteration.js';
import type { OpenSource } from './open-source.js';
import type { AudioSource } from './source.js';

/** Sources to play without a gap, made by `sequence()`. */
export interface SequenceSource {
  readonly kind: 'sequence';
  readonly sources: Iterable<AudioSource> | AsyncIterable<AudioSource>;
}

/**
 * Several sources as one: prompts that make a sentence, or the sentences of an answer as they are made. They are one
 * playback with one result, as the client tells of one only; each is opened when the one before it has ended.
 *
 * @param sources - any sources, in their order; those that come as they are made are waited for
 */
export function sequence(sources: SequenceSource['sources']): SequenceSource {
  return { kind: 'sequence', sources };
}

const NOTHING = new Uint8Array(0);

/** Opens one source after the other. @param open - opens one of them */
export function openSequence(
  sources: SequenceSource['sources'],
  open: (source: AudioSource) => Uint8Array | OpenSource,
): OpenSource {
  const iterator = iteratorOf(sources, 'play(sequence())');
  let current: OpenSource | undefined;
  let closed = false;
  return {
    async next() {
      if (closed) return undefined;
      if (current) {
        const bytes = await current.next();
        if (bytes) return bytes;
        current = undefined;
      }
      if (closed) return undefined;
      const step = await iterator.next();
      if (closed || step.done) return undefined;
      const opened = open(step.value);
      if (opened instanceof Uint8Array) return opened;
      current = opened;
      // Its reader sees to it that sources without bytes, however many, do not keep the process busy.
      return NOTHING;
    },
    close() {
      if (closed) return;
      closed = true;
      current?.close();
      stopIterator(iterator);
    },
  };
}
