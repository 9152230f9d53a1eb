import { Readable } from 'node:stream';
import type { SampleFormat } from '@hookline/audio';
import type { NumberRule } from '@hookline/runtime';
import { checkNames, serverError } from '../error.js';
import { isPromise } from '../user-code/deferred.js';
import { whatCame } from './what-came.js';

/** How the bot audio of a call is written: one channel at 8 kHz. */
export type CallAudio = Required<SampleFormat>;

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
 * Handles the failure of a source that waits for its turn: an unhandled rejection or error would end the process. The
 * failure still fails the playback.
 */
export function handleFailureOf(source: unknown): void {
  if (isPromise(source)) source.then(undefined, () => {});
  else if (source instanceof Readable) source.on('error', () => {});
}

type File = string | URL | InPieces<AudioBytes>;

/** A WAV file to play, made by `wav()`. */
export interface WavSource {
  readonly kind: 'wav';
  readonly from: File | PromiseLike<File>;
}

/**
 * A WAV file as a source: any rate, any number of channels (averaged), PCM, float, µ-law or A-law.
 *
 * @param from - a path (relative to the working directory) or `file:` URL, read when it is played; the bytes of the
 *   file; or the file as it arrives, in pieces of any size (an iterable, a Node `Readable`, the body of a response),
 *   which is played while it comes, its sizes left open or not; or a promise of any of these
 */
export function wav(from: WavSource['from']): WavSource {
  handleFailureOf(from);
  return { kind: 'wav', from };
}

type Samples = InPieces<Int16Array | AudioBytes>;

/** PCM16 samples to play, made by `pcm16()`. */
export interface Pcm16Source {
  readonly kind: 'pcm16';
  readonly samples: Samples | PromiseLike<Samples>;
  readonly rate: number;
}

const MIN_RATE = 1000;
const MAX_RATE = 192_000;

/** Samples a second that PCM16 to play may have. */
export const SOURCE_RATE: NumberRule = { min: MIN_RATE, max: MAX_RATE, integer: true };

/**
 * PCM16 mono samples as a source, as speech synthesizers give them: `Int16Array`, or little-endian bytes cut anywhere,
 * also within a sample. Half a sample at the end is left out, with a warning in the log.
 *
 * @param samples - all at once, or in pieces of any size as they come (an iterable, a Node `Readable`, the body of a
 *   response), or a promise of these
 * @param options - `rate`: samples a second, a whole number from 1000 to 192,000
 * @throws HooklineError `SERVER_BAD_SOURCE` for a rate that is none
 */
export function pcm16(samples: Pcm16Source['samples'], options: { readonly rate: number }): Pcm16Source {
  checkNames<{ readonly rate: number }>('pcm16: ', options, { rate: true });
  const rate: unknown = options?.rate;
  if (typeof rate !== 'number' || !Number.isInteger(rate) || rate < MIN_RATE || rate > MAX_RATE) {
    throw serverError(
      'SERVER_BAD_SOURCE',
      `pcm16() got ${whatCame(rate)} for its rate; it takes { rate } in samples a second, a whole number from ${MIN_RATE} to ${MAX_RATE}, such as 24000.`,
    );
  }
  handleFailureOf(samples);
  return { kind: 'pcm16', samples, rate };
}

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
