import { checkArgument } from '@hookline/runtime';
import { dbToRatio, ratioToDb, rmsDbfs } from '../level.js';
import { SPEECH_FRAME_SAMPLES } from './utterance.js';

/** Audio further below the loudest 20 ms of speech counts as a pause. */
const PAUSE_DB = 25;

/**
 * The RMS level of speech without its pauses, in dBFS: the reference of a signal-to-noise ratio. A longer pause does
 * not change it. −Infinity for digital silence and for no samples.
 *
 * @param pcm - samples at 8 kHz
 */
export function speechDbfs(pcm: Int16Array): number {
  checkArgument('AUDIO_BAD_ARGUMENT', 'speechDbfs: pcm', pcm, 'samples');
  const levels: number[] = [];
  for (let at = 0; at < pcm.length; at += SPEECH_FRAME_SAMPLES) {
    levels.push(rmsDbfs(pcm.subarray(at, at + SPEECH_FRAME_SAMPLES)));
  }
  const loudest = levels.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (loudest === Number.NEGATIVE_INFINITY) return loudest;
  const spoken = levels.filter((level) => level >= loudest - PAUSE_DB);
  const meanSquare = spoken.reduce((sum, level) => sum + dbToRatio(level) ** 2, 0) / spoken.length;
  return ratioToDb(Math.sqrt(meanSquare));
}
