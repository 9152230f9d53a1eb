import { readFileSync } from 'node:fs';
import { decodeMulaw } from '../src/g711.js';

/** Synthetic speech at −25 dBFS RMS; what it says begins about a quarter of a second in. */
export function speech(): Int16Array {
  return decodeMulaw(readFileSync(new URL('speech-kal.ulaw', import.meta.url)));
}

/** Gaussian noise at an RMS level; the same samples at every run. */
export function noise(samples: number, dbfs: number): Int16Array {
  let seed = 20_240_601;
  const uniform = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  const scale = 32768 * 10 ** (dbfs / 20);
  return Int16Array.from({ length: samples }, () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += uniform();
    return Math.round(sum * scale);
  });
}

/** Samples one after another. */
export function join(...parts: Int16Array[]): Int16Array {
  const out = new Int16Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
