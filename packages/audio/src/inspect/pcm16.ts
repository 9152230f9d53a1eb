import { decodeL16 } from '../l16.js';
import { decodeMulaw } from '../mulaw.js';
import type { AudioFinding } from './finding.js';

/** The high byte of quiet PCM16 is near 0x00 or 0xFF. */
const HIGH_BYTE_SHARE = 0.85;
/** Bits of 4 that the upper half of a low byte carries, at least: it is close to random. */
const LOW_BYTE_BITS = 3.3;
/** Speech and music of PCM16 change little from sample to sample … */
const SMOOTH = 0.6;
/** … while read as µ-law the same bytes are like white noise, for which it is 2. */
const ROUGH = 1.4;

interface Half {
  /** How many of its bytes have the upper half 0x0 or 0xF. */
  readonly nearZero: number;
  readonly bits: number;
}

/** Finds 16-bit linear samples among what is said to be µ-law: every other byte is another kind of byte. */
export function checkPcm16(window: Uint8Array, atMs: number): AudioFinding | undefined {
  const even = describeHalf(window, 0);
  const odd = describeHalf(window, 1);
  const order = isPcm16(even, odd, window, 'le')
    ? 'little-endian'
    : isPcm16(odd, even, window, 'be')
      ? 'big-endian'
      : '';
  if (order === '') return undefined;
  return {
    code: 'pcm16-as-mulaw',
    message:
      `The bytes are 16-bit linear samples (${order}), not µ-law: sent as they are they sound like loud noise at half ` +
      'speed. Encode them: encodeMulaw(decodeL16(bytes)), after resampling to 8 kHz.',
    atMs,
  };
}

function isPcm16(low: Half, high: Half, window: Uint8Array, order: 'le' | 'be'): boolean {
  if (low.bits < LOW_BYTE_BITS) return false;
  if (high.nearZero >= HIGH_BYTE_SHARE && low.nearZero < 0.5) return true;
  const samples = decodeL16(window.subarray(0, window.length & ~1), order);
  return roughness(samples) < SMOOTH && roughness(decodeMulaw(window)) > ROUGH;
}

function describeHalf(window: Uint8Array, parity: 0 | 1): Half {
  const counts = new Uint32Array(16);
  for (let i = parity; i < window.length; i += 2) {
    const upper = (window[i] ?? 0) >> 4;
    counts[upper] = (counts[upper] ?? 0) + 1;
  }
  const total = window.length / 2;
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= (count / total) * Math.log2(count / total);
  return { nearZero: ((counts[0] ?? 0) + (counts[15] ?? 0)) / total, bits };
}

/** Energy of the differences over the energy: near 0 for low sounds, 2 for white noise, 4 for the highest tone. */
function roughness(pcm: Int16Array): number {
  let energy = 0;
  let change = 0;
  for (let i = 1; i < pcm.length; i++) {
    const sample = pcm[i] ?? 0;
    energy += sample * sample;
    change += (sample - (pcm[i - 1] ?? 0)) ** 2;
  }
  return energy === 0 ? 0 : change / energy;
}
