import { peak, rmsDbfs } from '@hookline/audio';
import { expect } from 'vitest';
import type { Recording } from './recording.js';

const WINDOW = 160;
/** A quieter window of 20 ms is not speech. */
const SPEECH_DBFS = -45;
/** The length of the template that locates the speech: a quarter of a second. */
const TEMPLATE = 2000;

/**
 * Expects the right channel to repeat `speech` of the left channel: later, at the same level, not clipped, without gaps
 * in any 20 ms.
 *
 * @returns the delay in milliseconds
 */
export function expectRepeatedSpeech(
  recording: Pick<Recording, 'left' | 'right'>,
  speech: Int16Array,
): number {
  const { left, right } = recording;
  const spokenAt = bestLag(speech, left);
  const heardAt = bestLag(speech, right);
  expect(heardAt).toBeGreaterThan(spokenAt);
  let windows = 0;
  for (let at = 0; at + WINDOW <= speech.length; at += WINDOW) {
    const spokenDbfs = rmsDbfs(left.subarray(spokenAt + at, spokenAt + at + WINDOW));
    if (spokenDbfs < SPEECH_DBFS) continue;
    const heard = rmsDbfs(right.subarray(heardAt + at, heardAt + at + WINDOW));
    expect(heard, `level ${at / 8} ms into the speech`).toBeCloseTo(spokenDbfs, 1);
    windows += 1;
  }
  expect(windows).toBeGreaterThan(40);
  expect(peak(right)).toBe(peak(left));
  return (heardAt - spokenAt) / 8;
}

/** The offset of the best match in `lane`, in samples; fails without a match. */
function bestLag(speech: Int16Array, lane: Int16Array): number {
  const from = loudest(speech);
  const template = speech.subarray(from, from + TEMPLATE);
  const energy = template.reduce((sum, sample) => sum + sample * sample, 0);
  let best = { lag: -1, alike: 0 };
  for (let lag = 0; lag + from + TEMPLATE <= lane.length; lag++) {
    let product = 0;
    for (let i = 0; i < TEMPLATE; i++) product += (template[i] ?? 0) * (lane[lag + from + i] ?? 0);
    if (product / energy > best.alike) best = { lag, alike: product / energy };
  }
  expect(best.alike, 'correlation of the speech with the lane').toBeCloseTo(1, 2);
  return best.lag;
}

/** The start of the loudest part that is as long as the template. */
function loudest(speech: Int16Array): number {
  let best = { at: 0, dbfs: Number.NEGATIVE_INFINITY };
  for (let at = 0; at + TEMPLATE <= speech.length; at += WINDOW) {
    const dbfs = rmsDbfs(speech.subarray(at, at + TEMPLATE));
    if (dbfs > best.dbfs) best = { at, dbfs };
  }
  return best.at;
}
