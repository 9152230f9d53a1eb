import { type AudioBytes, heed, type InPieces } from './source.js';

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
  heed(from);
  return { kind: 'wav', from };
}
