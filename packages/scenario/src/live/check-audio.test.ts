import { encodeMulaw, sine } from '@hookline/audio';
import { describe, expect, it } from 'vitest';
import type { AudioRules } from '../scenario.js';
import { checkAudio } from './check-audio.js';

/** A tone of 440 Hz of `ms`, as µ-law. */
const sound = (ms: number) => encodeMulaw(sine({ hz: 440, ms, dbfs: -12 }));
const quiet = (ms: number) => new Uint8Array(ms * 8).fill(0xff);

/** 1,200 ms with 700 ms of sound: pauses of 300 and 200 ms. */
const AUDIO = Buffer.concat([sound(300), quiet(300), sound(200), quiet(200), sound(200)]);

const range = (text: string, min: number, max: number) => ({
  text,
  includes: (ms: number) => ms >= min && ms <= max,
});

describe('the audio rule', () => {
  it.each<[keyof AudioRules, number, string]>([
    ['speech', 700, 'speech 700 ms'],
    ['silence', 500, 'silence 500 ms'],
    ['gaps', 300, 'gaps 300 ms'],
    ['duration', 1200, 'duration 1.2 s'],
    ['level', -12, 'level -12.0 dBFS'],
  ])('%s measures the value, and has an upper and a lower limit', (name, value, got) => {
    const check = (min: number, max: number) => checkAudio(AUDIO, { [name]: range('a range', min, max) });
    expect(check(value - 0.5, value + 0.5)).toEqual([{ rule: `${name} a range`, got, passed: true }]);
    expect(check(value + 0.5, Number.POSITIVE_INFINITY)).toMatchObject([{ got, passed: false }]);
    expect(check(Number.NEGATIVE_INFINITY, value - 0.5)).toMatchObject([{ got, passed: false }]);
  });

  it('tone accepts a tone at most 4 Hz beside it, and names another to 1 Hz', () => {
    const tone = (hz: number) => checkAudio(encodeMulaw(sine({ hz, ms: 1000, dbfs: -12 })), { tone: 440 });
    for (const hz of [436, 440, 444]) expect(tone(hz)).toMatchObject([{ passed: true }]);
    for (const hz of [434, 435, 445, 446]) {
      const got = `a tone of 440 Hz in 0 % of the time; where it is loudest, ${hz} Hz is strongest`;
      expect(tone(hz)).toMatchObject([{ passed: false, got }]);
    }
  });
});
