import { checkArgument } from '@hookline/runtime';
import { FULL_SCALE, ratioToDb } from '../level.js';
import { checkNumber } from '../number-argument.js';

/**
 * The level of one frequency in PCM16, in dBFS RMS: for a pure tone over all samples it equals `rmsDbfs`; frequencies
 * further away than the resolution (rate / samples, in Hz) add little.
 *
 * @param pcm - samples; the more, the sharper
 * @param hz - which frequency
 * @param rate - samples a second; default 8000
 * @returns −Infinity when there is nothing
 * @throws AudioError `AUDIO_BAD_ARGUMENT` for a frequency or rate that is not a number
 */
export function toneDbfs(pcm: Int16Array, hz: number, rate = 8000): number {
  checkArgument('AUDIO_BAD_ARGUMENT', 'toneDbfs: pcm', pcm, 'samples');
  checkNumber('toneDbfs: hz', hz, {});
  checkNumber('toneDbfs: rate', rate, { above: 0 });
  const omega = (2 * Math.PI * hz) / rate;
  const coefficient = 2 * Math.cos(omega);
  let previous = 0;
  let beforePrevious = 0;
  for (let i = 0; i < pcm.length; i++) {
    const next = (pcm[i] ?? 0) + coefficient * previous - beforePrevious;
    beforePrevious = previous;
    previous = next;
  }
  const power =
    previous * previous + beforePrevious * beforePrevious - coefficient * previous * beforePrevious;
  const rms = pcm.length === 0 ? 0 : (Math.SQRT2 * Math.sqrt(Math.max(0, power))) / pcm.length;
  return ratioToDb(rms / FULL_SCALE);
}
