import { decodeMulawSample } from '../g711.js';
import { dbToRatio, FULL_SCALE } from '../level.js';

/** Bot audio below this level is silence: line noise, or the silence that some bots send continuously. In dBFS RMS. */
export const SILENCE_DBFS = -50;
/** The mean square of the samples at that level. */
const SILENCE_MEAN_SQUARE = (dbToRatio(SILENCE_DBFS) * FULL_SCALE) ** 2;

/** The sum of the squares of the samples of µ-law from `from` to `to`. Copies nothing. */
export function energyMulaw(mulaw: Uint8Array, from: number, to: number): number {
  let energy = 0;
  for (let index = from; index < to; index++) {
    const sample = decodeMulawSample(mulaw[index] ?? 0xff);
    energy += sample * sample;
  }
  return energy;
}

/** Whether so many samples with this energy, as from `energyMulaw`, are at or above `SILENCE_DBFS`. */
export function isSound(energy: number, samples: number): boolean {
  return samples > 0 && energy >= samples * SILENCE_MEAN_SQUARE;
}
