import { fitInto } from './into.js';
import { dbToRatio } from './level.js';
import { saturate } from './saturate.js';

/**
 * Makes samples louder or quieter; what would exceed full scale stays at full scale.
 *
 * @param pcm - samples
 * @param db - decibels, negative for quieter; −Infinity gives silence
 * @param into - where to write, may be `pcm` itself; default a new array
 * @throws AudioError `AUDIO_BAD_ARGUMENT` when `into` is too short
 */
export function gain(pcm: Int16Array, db: number, into?: Int16Array): Int16Array {
  const out = into ? fitInto(into, pcm.length, 'gain') : new Int16Array(pcm.length);
  const ratio = dbToRatio(db);
  for (let i = 0; i < pcm.length; i++) out[i] = saturate((pcm[i] ?? 0) * ratio);
  return out;
}
