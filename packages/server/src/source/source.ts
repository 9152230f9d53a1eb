import { Readable } from 'node:stream';
import type { Pcm16Source } from './pcm16.js';
import type { SequenceSource } from './sequence.js';
import type { WavSource } from './wav.js';

/** Bytes as the APIs of Node, the web and speech services hand them out. */
export type AudioBytes = Uint8Array | ArrayBuffer | DataView;

/** All at once, or in pieces as they come: any iterable, a Node `Readable`, a Web Stream. */
export type InPieces<Piece> = Piece | AsyncIterable<Piece> | Iterable<Piece> | ReadableStream<Piece>;

/** Raw audio, in pieces of any size. */
export type RawAudio = InPieces<AudioBytes>;

type OneSource = RawAudio | WavSource | Pcm16Source | SequenceSource;

/**
 * What `play` takes: raw bytes, whole or as they come, in the call's format (or the one that `PlayOptions.format`
 * names), a WAV, PCM16 at any rate, several of these in a sequence, or a promise of any of these. Always converted to
 * the call's format.
 */
export type AudioSource = OneSource | PromiseLike<OneSource>;

/**
 * Listens to what a source that waits for its turn may fail with, which would end the process when nobody does. It
 * fails its own playback all the same.
 */
export function heed(source: unknown): void {
  if (isPromise(source)) source.then(undefined, () => {});
  else if (source instanceof Readable) source.on('error', () => {});
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
