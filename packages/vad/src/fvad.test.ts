import { sine } from '@hookline/audio';
import { expect, it } from 'vitest';
import { speech } from '../../audio/test/signals.js';
import { createFvad, loadFvad, type WebRtcVadMode } from './fvad.js';

async function shareOfSpeech(pcm: Int16Array, mode: WebRtcVadMode): Promise<number> {
  const fvad = await createFvad(mode);
  let found = 0;
  let frames = 0;
  for (let at = 0; at + 160 <= pcm.length; at += 160, frames++) {
    if (fvad.isSpeech(pcm.subarray(at, at + 160))) found++;
  }
  fvad.free();
  return found / frames;
}

it('finds speech in most of a sentence and none in silence', async () => {
  expect(await shareOfSpeech(speech(), 3)).toBeGreaterThan(0.5);
  expect(await shareOfSpeech(new Int16Array(16000), 0)).toBe(0);
});

it('hands the mode on: only an eager one takes a tone of 300 Hz for speech', async () => {
  const tone = sine({ hz: 300, ms: 2000 });
  expect(await shareOfSpeech(tone, 0)).toBeGreaterThan(0.9);
  expect(await shareOfSpeech(tone, 3)).toBeLessThan(0.1);
});

it('gives its memory back, so that many calls need no more than one', async () => {
  const { memory } = await loadFvad();
  const before = memory.int16.length;
  for (let bytes = 0; bytes < 4 * before; bytes += 500) (await createFvad(3)).free();
  expect(memory.int16).toHaveLength(before);
});
