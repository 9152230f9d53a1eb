import { decodeMulaw } from '../g711.js';
import { decodeL16 } from '../l16.js';
import { roughness } from '../level.js';
import type { AudioFinding } from './finding.js';

/** The high byte of quiet PCM16 is near 0x00 or 0xFF, or one of these two. */
const NEAR_ZERO_SHARE = 0.85;
const SIGN_ONLY_SHARE = 0.9;
/** Minimum entropy of the upper half of a low byte, of at most 4 bits: it is close to random. */
const LOW_BYTE_BITS = 3.3;
/** The minimum number of non-zero samples for a decision. */
const MIN_SAMPLES = 400;
/** Speech and music of PCM16 change little from sample to sample … */
const SMOOTH = 0.6;
/** … while read as µ-law the same bytes are like white noise, for which it is 2. */
const ROUGH = 1.4;

interface Half {
  /** Share of its bytes whose upper half is 0x0 or 0xF. */
  readonly nearZero: number;
  /** Share of its bytes that are 0x00 or 0xFF. */
  readonly signOnly: number;
  /** Entropy of the upper half of its bytes, 0 to 4 bits. */
  readonly bits: number;
}

/** Finds 16-bit linear samples that are sent as µ-law: odd and even bytes have different distributions. */
export function checkPcm16(window: Uint8Array, atMs: number): AudioFinding | undefined {
  const pairs = soundingPairs(window);
  if (pairs.length < 2 * MIN_SAMPLES) return undefined;
  const even = describeHalf(pairs, 0);
  const odd = describeHalf(pairs, 1);
  const order = isPcm16(even, odd, window, 'le')
    ? 'little-endian'
    : isPcm16(odd, even, window, 'be')
      ? 'big-endian'
      : '';
  if (order === '') return undefined;
  return {
    code: 'pcm16-as-mulaw',
    message:
      `The bytes are 16-bit linear samples (${order}), not µ-law: as µ-law they sound like loud noise at half ` +
      'speed. Convert 16-bit samples to G.711 µ-law: 1 byte per sample, 8000 samples per second.',
    atMs,
  };
}

function isPcm16(low: Half, high: Half, window: Uint8Array, order: 'le' | 'be'): boolean {
  // In µ-law these two are silence and the negative rail: no sound has every other sample at one of them.
  if (high.signOnly >= SIGN_ONLY_SHARE && low.signOnly < SIGN_ONLY_SHARE - 0.1) return true;
  if (low.bits < LOW_BYTE_BITS) return false;
  if (high.nearZero >= NEAR_ZERO_SHARE && low.nearZero < 0.5) return true;
  const samples = decodeL16(window.subarray(0, window.length & ~1), order);
  return roughness(samples) < SMOOTH && roughness(decodeMulaw(window)) > ROUGH;
}

/** The bytes without silent pairs, in PCM16 or µ-law, which are ambiguous. */
function soundingPairs(window: Uint8Array): Uint8Array {
  const out = new Uint8Array(window.length);
  let length = 0;
  for (let i = 0; i + 1 < window.length; i += 2) {
    const first = window[i] ?? 0;
    const second = window[i + 1] ?? 0;
    if (first === second && (first === 0x00 || first === 0xff)) continue;
    out[length++] = first;
    out[length++] = second;
  }
  return out.subarray(0, length);
}

function describeHalf(pairs: Uint8Array, parity: 0 | 1): Half {
  const counts = new Uint32Array(16);
  let signs = 0;
  for (let i = parity; i < pairs.length; i += 2) {
    const byte = pairs[i] ?? 0;
    counts[byte >> 4] = (counts[byte >> 4] ?? 0) + 1;
    if (byte === 0x00 || byte === 0xff) signs++;
  }
  const total = pairs.length / 2;
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= (count / total) * Math.log2(count / total);
  return { nearZero: ((counts[0] ?? 0) + (counts[15] ?? 0)) / total, signOnly: signs / total, bits };
}
