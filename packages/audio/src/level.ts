import { checkArgument } from '@hookline/runtime';
import { decodeMulawSample } from './g711.js';

/*
 * Levels are in dBFS with RMS 32,768 as 0 dBFS. A sine at full scale is therefore −3.01 dBFS, and `sine({ dbfs })`
 * has the level that `rmsDbfs` measures.
 */

/** Full scale of PCM16. */
export const FULL_SCALE = 32768;

/** A ratio of amplitudes to decibels; −Infinity for 0. */
export function ratioToDb(ratio: number): number {
  return 20 * Math.log10(ratio);
}

/** Decibels to a ratio of amplitudes. */
export function dbToRatio(db: number): number {
  return 10 ** (db / 20);
}

/** The largest magnitude among the samples, 0 to 32,768; 0 for none. */
export function peak(pcm: Int16Array): number {
  checkArgument('AUDIO_BAD_ARGUMENT', 'peak: pcm', pcm, 'samples');
  let highest = 0;
  for (let i = 0; i < pcm.length; i++) {
    const magnitude = Math.abs(pcm[i] ?? 0);
    if (magnitude > highest) highest = magnitude;
  }
  return highest;
}

/** The RMS level in dBFS (0 dBFS = RMS 32,768); −Infinity for digital silence and for no samples. */
export function rmsDbfs(pcm: Int16Array): number {
  checkArgument('AUDIO_BAD_ARGUMENT', 'rmsDbfs: pcm', pcm, 'samples');
  let sum = 0;
  for (let i = 0; i < pcm.length; i++) {
    const sample = pcm[i] ?? 0;
    sum += sample * sample;
  }
  return meanSquareToDbfs(sum, pcm.length);
}

/** `peak` of µ-law bytes, 0 to 32,124. */
export function peakMulaw(bytes: Uint8Array): number {
  checkArgument('AUDIO_BAD_ARGUMENT', 'peakMulaw: bytes', bytes, 'bytes');
  let highest = 0;
  for (let i = 0; i < bytes.length; i++) {
    const magnitude = Math.abs(decodeMulawSample(bytes[i] ?? 0));
    if (magnitude > highest) highest = magnitude;
  }
  return highest;
}

/** `rmsDbfs` of µ-law bytes. */
export function rmsDbfsMulaw(bytes: Uint8Array): number {
  checkArgument('AUDIO_BAD_ARGUMENT', 'rmsDbfsMulaw: bytes', bytes, 'bytes');
  let sum = 0;
  for (let i = 0; i < bytes.length; i++) {
    const sample = decodeMulawSample(bytes[i] ?? 0);
    sum += sample * sample;
  }
  return meanSquareToDbfs(sum, bytes.length);
}

function meanSquareToDbfs(sumOfSquares: number, count: number): number {
  return count === 0 ? Number.NEGATIVE_INFINITY : ratioToDb(Math.sqrt(sumOfSquares / count) / FULL_SCALE);
}

/** Energy of the differences over the energy: near 0 for low sounds, 2 for white noise, 4 for the highest tone. */
export function roughness(pcm: Int16Array): number {
  let energy = 0;
  let change = 0;
  for (let i = 1; i < pcm.length; i++) {
    const sample = pcm[i] ?? 0;
    energy += sample * sample;
    change += (sample - (pcm[i - 1] ?? 0)) ** 2;
  }
  return energy === 0 ? 0 : change / energy;
}
