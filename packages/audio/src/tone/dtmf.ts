import { checkArgument, checkOptionNames, numberFault } from '@hookline/runtime';
import { audioError } from '../error.js';
import { sumOfSines } from './sine.js';

/** The keys of a telephone, A to D being the fourth column that few telephones have. */
export const DTMF_DIGITS = '123A456B789C*0#D';

/** ITU-T Q.23: the row of a key sounds the low tone, its column the high one. */
const ROW_HZ = [697, 770, 852, 941] as const;
const COLUMN_HZ = [1209, 1336, 1477, 1633] as const;

/** Options of `dtmf`. */
export interface DtmfOptions {
  /** How long each digit sounds, in milliseconds; default 100. ITU-T Q.24 asks for 40 or more. */
  readonly ms?: number;
  /** Silence after each digit except the last, in milliseconds; default 100. */
  readonly gapMs?: number;
  /** RMS level of the pair in dBFS, at most −6.02; default −15. */
  readonly dbfs?: number;
  /** Samples a second; default 8000. */
  readonly rate?: number;
}

/**
 * The two frequencies of a key, low and high, in Hz (ITU-T Q.23).
 *
 * @throws AudioError `AUDIO_BAD_ARGUMENT` for anything but one of 0–9, *, #, A–D (either case)
 */
export function dtmfFrequencies(digit: string): readonly [low: number, high: number] {
  checkArgument('AUDIO_BAD_ARGUMENT', 'dtmfFrequencies: digit', digit, 'text');
  const index = digit.length === 1 ? DTMF_DIGITS.indexOf(digit.toUpperCase()) : -1;
  const low = ROW_HZ[index >> 2];
  const high = COLUMN_HZ[index & 3];
  if (low === undefined || high === undefined) {
    throw audioError(
      'AUDIO_BAD_ARGUMENT',
      `DTMF: ${JSON.stringify(digit)} is not a telephone key; expected 0-9, *, # or A-D.`,
    );
  }
  return [low, high];
}

/**
 * Keys pressed one after another, as PCM16.
 *
 * @throws AudioError `AUDIO_BAD_ARGUMENT` for a character that is not a key, a level that would clip, or a
 *   negative length or gap
 */
export function dtmf(digits: string, options: DtmfOptions = {}): Int16Array {
  checkArgument('AUDIO_BAD_ARGUMENT', 'dtmf: digits', digits, 'text');
  checkOptionNames<DtmfOptions>('AUDIO_BAD_ARGUMENT', 'dtmf: ', options, {
    ms: true,
    gapMs: true,
    dbfs: true,
    rate: true,
  });
  const { ms = 100, gapMs = 100, dbfs = -15, rate = 8000 } = options;
  const tones = [...digits].map((digit) => sumOfSines(dtmfFrequencies(digit), ms, dbfs, rate));
  const fault = numberFault('dtmf: gapMs', gapMs, { min: 0 });
  if (fault !== undefined) throw audioError('AUDIO_BAD_ARGUMENT', `${fault}.`);
  const gap = Math.round((gapMs * rate) / 1000);
  const sounding = tones.reduce((sum, tone) => sum + tone.length, 0);
  const out = new Int16Array(sounding + gap * Math.max(0, tones.length - 1));
  let at = 0;
  for (const tone of tones) {
    out.set(tone, at);
    at += tone.length + gap;
  }
  return out;
}
