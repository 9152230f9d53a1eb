/** A WAV file to play, made by `wav()`. */
export interface WavSource {
  readonly kind: 'wav';
  /** A path or URL to read when it is played, or the bytes of the file. */
  readonly from: string | URL | Uint8Array;
}

/**
 * A WAV file as a source: any rate, mono or stereo, PCM, float, µ-law or A-law. A file is read when it is played.
 *
 * @param from - a path, a `file:` URL, or the bytes of the file
 */
export function wav(from: string | URL | Uint8Array): WavSource {
  return { kind: 'wav', from };
}
