import { checkOptionNames, describeValue } from '@hookline/runtime';
import { audioError } from '../error.js';
import { rmsDbfs } from '../level.js';
import { NoiseFloor } from './noise-floor.js';
import {
  UTTERANCE_OPTIONS,
  type UtteranceDetector,
  type UtteranceOptions,
  utteranceDetector,
} from './utterance.js';

/** Options of `createEnergyVad`. */
export interface EnergyVadOptions extends UtteranceOptions {
  /** How far above the noise floor speech is, in dB; default 6. */
  readonly thresholdDb?: number;
  /** Below this nothing is speech, in dBFS RMS of 20 ms; default −40. */
  readonly minDbfs?: number;
}

/** The default of `thresholdDb`. */
export const DEFAULT_THRESHOLD_DB = 6;
/** Line noise is seldom above −45 dBFS, the vowels of a quiet caller are seldom below −35. */
export const DEFAULT_MIN_DBFS = -40;

/**
 * Voice activity detection by level: synchronous and without WebAssembly. Everything that is louder than the line for
 * long enough counts as speech, also tones and music; `createVad` of `@hookline/vad` can distinguish them.
 *
 * @throws AudioError `AUDIO_BAD_ARGUMENT` for a time that is not above 0, or a level that is not a number
 */
export function createEnergyVad(options: EnergyVadOptions = {}): UtteranceDetector {
  checkOptionNames<EnergyVadOptions>('AUDIO_BAD_ARGUMENT', 'createEnergyVad: ', options, {
    ...UTTERANCE_OPTIONS,
    thresholdDb: true,
    minDbfs: true,
  });
  const thresholdDb = options.thresholdDb ?? DEFAULT_THRESHOLD_DB;
  const minDbfs = options.minDbfs ?? DEFAULT_MIN_DBFS;
  for (const [name, value] of Object.entries({ thresholdDb, minDbfs })) {
    // Minus infinity is a level: that of silence.
    if (typeof value === 'number' && value < Number.POSITIVE_INFINITY) continue;
    throw audioError(
      'AUDIO_BAD_ARGUMENT',
      `createEnergyVad: ${name} is ${describeValue(value)}; expected a number of decibels.`,
    );
  }
  const noise = new NoiseFloor();
  return utteranceDetector((pcm) => {
    const level = rmsDbfs(pcm);
    return level >= Math.max(noise.update(level) + thresholdDb, minDbfs);
  }, options);
}
