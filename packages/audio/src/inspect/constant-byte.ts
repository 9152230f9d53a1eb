import { BYTES_PER_MS } from '../telephone.js';
import type { AudioFinding } from './finding.js';

/** 30 ms: apart from silence, no voice and no tone keeps one µ-law code for this long. */
const RUN_BYTES = 240;

const MEANING: ReadonlyMap<number, string> = new Map([
  [
    0x00,
    '0x00 is the loudest negative sample in µ-law, not silence, and sounds like a loud click at each end. ' +
      'Silence is 0xFF; zeros come from an empty buffer, or from 16-bit silence that was not converted to µ-law',
  ],
  [0xd5, '0xD5 is silence in A-law: the audio is probably A-law. Convert it to G.711 µ-law (PCMU)'],
  [0x55, '0x55 is silence in A-law: the audio is probably A-law. Convert it to G.711 µ-law (PCMU)'],
  [
    0x80,
    '0x80 is the loudest positive sample in µ-law; as silence it belongs to unsigned 8-bit PCM. Convert it to G.711 µ-law',
  ],
]);

/** Finds a constant byte that is the wrong kind of silence. */
export function checkConstantByte(window: Uint8Array, atMs: number): AudioFinding | undefined {
  let start = 0;
  for (let i = 1; i <= window.length; i++) {
    if (i < window.length && window[i] === window[start]) continue;
    const meaning = i - start >= RUN_BYTES ? MEANING.get(window[start] ?? 0) : undefined;
    if (meaning) {
      return {
        code: 'constant-byte',
        message: `The same byte is repeated for ${Math.round((i - start) / BYTES_PER_MS)} ms or more: ${meaning}.`,
        atMs: atMs + start / BYTES_PER_MS,
      };
    }
    start = i;
  }
  return undefined;
}
