import type { Pcm16Source } from './pcm16.js';
import type { SequenceSource } from './sequence.js';
import type { WavSource } from './wav.js';

/** Raw audio in pieces of any size. */
export type RawAudio =
  | Uint8Array
  | AsyncIterable<Uint8Array>
  | Iterable<Uint8Array>
  | ReadableStream<Uint8Array>;

/**
 * What `play` takes: raw bytes, whole or as they come, in the call's format (or the one that `PlayOptions.format`
 * names), a WAV, PCM16 at any rate, or several of these in a sequence. Always converted to the call's format.
 */
export type AudioSource = RawAudio | WavSource | Pcm16Source | SequenceSource;
