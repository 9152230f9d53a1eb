import { checkOptionNames } from '@hookline/runtime';
import { audioError } from '../error.js';
import { dbToRatio, FULL_SCALE } from '../level.js';
import { saturate } from '../pcm16.js';

/** Options of `sine`. */
export interface SineOptions {
  /** Frequency in Hz, above 0 and below half the rate. */
  readonly hz: number;
  /** How long, in milliseconds. */
  readonly ms: number;
  /** RMS level in dBFS, at most −3.01 (a sine at full scale); default −20. */
  readonly dbfs?: number;
  /** Samples a second; default 8000. */
  readonly rate?: number;
}

/**
 * A steady tone that starts at phase 0.
 *
 * @throws AudioError `AUDIO_BAD_ARGUMENT` for a frequency that the rate cannot carry, a level that would clip, or
 *   a negative length
 */
export function sine(options: SineOptions): Int16Array {
  checkOptionNames<SineOptions>('AUDIO_BAD_ARGUMENT', 'sine: ', options ?? null, {
    hz: true,
    ms: true,
    dbfs: true,
    rate: true,
  });
  const { hz, ms, dbfs = -20, rate = 8000 } = options;
  return sumOfSines([hz], ms, dbfs, rate);
}

/** Tones of equal strength that together have the RMS level `dbfs`. */
export function sumOfSines(
  frequencies: readonly number[],
  ms: number,
  dbfs: number,
  rate: number,
): Int16Array {
  for (const hz of frequencies) {
    if (!(hz > 0 && hz < rate / 2)) {
      refuse(`the frequency is ${hz} Hz; expected more than 0 and less than half the rate (${rate / 2} Hz)`);
    }
  }
  if (!(ms >= 0 && Number.isFinite(ms))) refuse(`the length is ${ms} ms; expected 0 or more`);
  const amplitude = FULL_SCALE * dbToRatio(dbfs) * Math.sqrt(2 / frequencies.length);
  const limit = FULL_SCALE / frequencies.length;
  // Levels are given with two decimals: −3.01 is meant to be the loudest sine, and is above it by 0.0003 dB.
  if (!(amplitude <= limit * 1.001)) {
    refuse(`the level is ${dbfs} dBFS (RMS); the maximum without clipping is ${loudest(frequencies.length)}`);
  }
  const out = new Int16Array(Math.round((ms * rate) / 1000));
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (const hz of frequencies) sum += Math.sin((2 * Math.PI * hz * i) / rate);
    out[i] = saturate(amplitude * sum);
  }
  return out;
}

function loudest(tones: number): string {
  return (-10 * Math.log10(2 * tones)).toFixed(2);
}

function refuse(reason: string): never {
  throw audioError('AUDIO_BAD_ARGUMENT', `tone: ${reason}.`);
}
