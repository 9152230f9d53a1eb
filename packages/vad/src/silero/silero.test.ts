import { expect, it } from 'vitest';
import { noise, speech } from '../../../audio/test/signals.js';
import { createSilero } from './silero.js';

/** What onnxruntime-node 1.20.1 makes of the original network and `speech()`, as log odds of each 32 ms. */
const ORIGINAL = [
  -2.88, -3.7, -3.2, -2.66, -2.21, -1.43, -1.21, -1.75, -1.76, 0.4, 1.09, 2.11, 2.94, 3.39, 5.35, 5.48, 4.84,
  4.47, 3.47, 4.86, 6.34, 5.25, 3.56, 0.62, -1.06, -2.04, -2.67, -2.89, -1.21, 3.63, 3.82, 5.42, 6.69, 6.92,
  8.14, 7.38, 8.31, 8.56, 6.94, 8.95, 9.63, 8.37, 9.07, 8.5, 4.91, 5.27, 2.56, 4.49, 4.62, 7.84, 9.95, 8.13,
  8.82, 9.53, 10.17, 7.82,
];

async function scores(pcm: Int16Array): Promise<number[]> {
  const silero = await createSilero();
  return chunks(pcm).map((chunk) => silero.update(chunk));
}

function chunks(pcm: Int16Array): Int16Array[] {
  return Array.from({ length: Math.floor(pcm.length / 256) }, (_, n) => pcm.subarray(n * 256, (n + 1) * 256));
}

it('returns the results of the original network, except for the rounding of its weights to bytes', async () => {
  const found = await scores(speech());
  for (const [n, odds] of ORIGINAL.entries())
    expect(Math.abs((found[n] ?? Number.NaN) - odds)).toBeLessThan(0.4);
});

it('accepts samples in pieces of any size', async () => {
  const pcm = speech().subarray(0, 8192);
  const whole = await scores(pcm);
  for (const size of [1, 160, 999]) {
    const silero = await createSilero();
    let last = 0;
    for (let at = 0; at < pcm.length; at += size) last = silero.update(pcm.subarray(at, at + size));
    expect(last).toBe(whole.at(-1));
  }
});

it('has a separate state for each stream', async () => {
  const alone = await scores(speech());
  const [spoken, noisy] = [await createSilero(), await createSilero()];
  const hiss = chunks(noise(speech().length, -30));
  const together = chunks(speech()).map((chunk, n) => {
    noisy.update(hiss[n] ?? chunk);
    return spoken.update(chunk);
  });
  expect(together).toEqual(alone);
});
