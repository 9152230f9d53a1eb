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
      ? 'The header sounds like a click, and the audio after it may be PCM16 or have another sample rate. ' +
        'Send only the samples, as G.711 µ-law: mono, 1 byte per sample, 8000 samples per second.'
      : 'Compressed audio sounds like loud noise. Decode it first: ' +
        'ffmpeg -i INPUT -ar 8000 -ac 1 -f mulaw OUTPUT, then send the bytes of OUTPUT.';
  const message = `The stream starts like ${label}, not like raw µ-law. ${remedy}`;
  return { finding: { code: 'container-header', message, atMs: 0 }, samplesFollow: kind === 'wav' };
}

/** Base64 and JSON use dozens of characters; off-centre µ-law that happens to be printable only a few. */
const MIN_DISTINCT = 20;
/** The minimum share of letters and digits. */
const ALPHANUMERIC_SHARE = 0.6;

/** Finds text, such as base64, that was sent instead of the bytes it encodes. */
export function checkText(window: Uint8Array, atMs: number): AudioFinding | undefined {
  let alphanumeric = 0;
  for (let i = 0; i < window.length; i++) {
    const byte = window[i] ?? 0;
    if (byte >= 0x7f || (byte < 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) return undefined;
    const letter = byte | 0x20;
    if ((letter >= 0x61 && letter <= 0x7a) || (byte >= 0x30 && byte <= 0x39)) alphanumeric++;
  }
  if (alphanumeric < window.length * ALPHANUMERIC_SHARE || new Set(window).size < MIN_DISTINCT)
    return undefined;
  const sample = JSON.stringify(String.fromCharCode(...window.subarray(0, 24)));
  return {
    code: 'text',
    message:
      `The bytes are text (${sample}), which sounds like a loud buzz. If it is base64, decode it before sending: ` +
      'audio messages contain the bytes themselves.',
    atMs,
  };
}
