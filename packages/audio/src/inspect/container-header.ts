import { sniffBytes } from '../wav/sniff.js';
import type { AudioFinding } from './finding.js';

/** Enough for the two frames that identify an MP3 file without a tag. */
export const HEADER_BYTES = 2048;

/** A file format found at the start of a stream instead of audio. */
export interface WrongStart {
  readonly finding: AudioFinding;
  /** Whether samples may follow that should be inspected too, as in a WAV file. */
  readonly samplesFollow: boolean;
}

/** Looks at the first bytes of a stream for a file format instead of audio. */
export function checkContainerHeader(start: Uint8Array): WrongStart | undefined {
  const { kind, label } = sniffBytes(start);
  // A separate check searches more bytes for text.
  if (kind === 'empty' || kind === 'text' || kind === 'unknown') return undefined;
  const remedy =
    kind === 'wav'
      ? 'The header sounds like a click, and the audio after it may be PCM16 or of another rate. ' +
        'Send the samples only, as G.711 µ-law: mono, one byte a sample, 8000 a second.'
      : 'Compressed audio sounds like loud noise. Decode it first: ' +
        'ffmpeg -i INPUT -ar 8000 -ac 1 -f mulaw OUTPUT, then send the bytes of OUTPUT.';
  const message = `The stream starts as ${label}, not as raw µ-law. ${remedy}`;
  return { finding: { code: 'container-header', message, atMs: 0 }, samplesFollow: kind === 'wav' };
}
