import { sniffBytes } from '../wav/sniff.js';
import type { AudioFinding } from './finding.js';

/** Enough for two MP3 frames, and for text not to be chance. */
export const HEADER_LOOK_BYTES = 2048;
/** Fewer printable bytes than this may be loud audio. */
const TEXT_MIN_BYTES = 512;

/** What stands at the start of a stream instead of audio. */
export interface WrongStart {
  readonly finding: AudioFinding;
  /** Whether samples may follow, as they do in a WAV file, that are worth a look of their own. */
  readonly samplesFollow: boolean;
}

/** Looks at the first bytes of a stream for a file format instead of audio. */
export function checkContainerHeader(start: Uint8Array): WrongStart | undefined {
  const { kind, label } = sniffBytes(start);
  if (kind === 'empty' || kind === 'unknown') return undefined;
  if (kind === 'text') {
    if (start.length < TEXT_MIN_BYTES) return undefined;
    const message =
      `The stream is ${label}, which sounds like a loud buzz. If it is base64, decode it before sending; ` +
      'audio messages carry the bytes themselves.';
    return { finding: { code: 'text', message, atMs: 0 }, samplesFollow: false };
  }
  const remedy =
    kind === 'wav'
      ? 'The header sounds like a click, and the audio after it may be PCM16 or of another rate. ' +
        'Send what toMulaw8k(file) returns.'
      : 'Compressed audio sounds like loud noise. Decode it first: ' +
        'ffmpeg -i INPUT -ar 8000 -ac 1 -c:a pcm_mulaw OUTPUT.wav, then send what toMulaw8k(file) returns.';
  const message = `The stream starts as ${label}, not as raw µ-law. ${remedy}`;
  return { finding: { code: 'container-header', message, atMs: 0 }, samplesFollow: kind === 'wav' };
}
