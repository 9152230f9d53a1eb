import type { SampleFormat } from '@hookline/audio';
import { type NumberRule, numberFault } from '@hookline/runtime';
import { checkNames, serverError } from '../error.js';
import { handleFailureOf } from './handle-failure.js';

/** The format of bot audio in a call: one channel at 8 kHz. */
export type CallAudio = Required<SampleFormat>;

/** Bytes as returned by the APIs of Node.js, the web and speech services. */
export type AudioBytes = Uint8Array | ArrayBuffer | DataView;

/** All at once, or in pieces as they arrive: any iterable, a Node `Readable`, a Web Stream. */
export type InPieces<Piece> = Piece | AsyncIterable<Piece> | Iterable<Piece> | ReadableStream<Piece>;

/** Raw audio, in pieces of any size. */
export type RawAudio = InPieces<AudioBytes>;

type OneSource = RawAudio | WavSource | Pcm16Source | SequenceSource;

/**
 * The sources that `play` accepts: raw bytes, complete or as they arrive, in the format of the call (or of
 * `PlayOptions.format`), a WAV file, PCM16 at any rate, several of these in a sequence, or a promise of any of these.
 * Always converted to the format of the call.
 */
export type AudioSource = OneSource | PromiseLike<OneSource>;

type File = string | URL | InPieces<AudioBytes>;

/** A WAV file to play, made by `wav()`. */
export interface WavSource {
  readonly kind: 'wav';
  readonly from: File | PromiseLike<File>;
}

/**
 * A WAV file as a source: any rate, any number of channels (averaged), PCM, float, µ-law or A-law.
 *
 * @param from - a path (relative to the working directory) or `file:` URL; the bytes of the file; the file in pieces of
 *   any size (an iterable, a Node `Readable`, the body of a response), which is played while it arrives, even if its
 *   header leaves the sizes open; or a promise of any of these. A file or bytes of more than 1 MB are read while they are
 *   played: do not overwrite them meanwhile
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

const MAX_RATE = 192_000;

/** The allowed rates of PCM16, in samples per second, of the caller and of sources. */
export const PCM16_RATE: NumberRule = { min: 1000, max: MAX_RATE, integer: true };

/**
 * PCM16 mono samples as a source, as returned by speech synthesizers: `Int16Array`, or little-endian bytes that may be
 * split anywhere, even within a sample. An incomplete sample at the end is omitted, with a warning in the log.
 *
 * @param samples - all at once, or in pieces of any size as they arrive (an iterable, a Node `Readable`, the body of a
 *   response), or a promise of these
 * @param options - `rate`: samples per second, a whole number from 1000 to 192,000
 * @throws HooklineError `SERVER_BAD_SOURCE` for an invalid rate, `SERVER_BAD_OPTION` for invalid or unknown options
 */
export function pcm16(samples: Pcm16Source['samples'], options: { readonly rate: number }): Pcm16Source {
  checkNames<{ readonly rate: number }>('pcm16: ', options, { rate: true });
  const rate = options?.rate;
  const fault = numberFault('pcm16: rate', rate, PCM16_RATE);
  if (fault !== undefined) {
    throw serverError('SERVER_BAD_SOURCE', `${fault}: { rate } in samples per second, such as 24000.`);
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
 * Several sources as one: prompts that form a sentence, or the sentences of a reply as they are generated. They are one
 * playback with one result, because the client reports only one; each source is opened when the previous one has ended.
 *
 * @param sources - any sources, in order; an async iterable is awaited for each
 */
export function sequence(sources: SequenceSource['sources']): SequenceSource {
  handleFailureOf(sources);
  return { kind: 'sequence', sources };
}

/** The source with its own copy of a list: the bot may change its list while the playback waits. The bytes are not copied. */
export function withOwnList(source: AudioSource): AudioSource {
  if (Array.isArray(source)) return [...source];
  if (typeof source !== 'object' || source === null || !('kind' in source)) return source;
  if (source.kind === 'sequence' && Array.isArray(source.sources))
    return { ...source, sources: [...source.sources] };
  if (source.kind === 'pcm16' && Array.isArray(source.samples))
    return { ...source, samples: [...source.samples] };
  if (source.kind === 'wav' && Array.isArray(source.from)) return { ...source, from: [...source.from] };
  return source;
}
