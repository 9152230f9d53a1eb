import { createUtteranceDetector } from '@hookline/audio';
import type { SpeechDetector } from '@hookline/server';
import { expect, test } from 'vitest';
import { audio, dialBot, idle } from './open-call.js';

/** Hears speech from 150 to 250 ms of every second that it is given, and tells so in its own time. */
function detector(): SpeechDetector {
  let ms = 0;
  return {
    pushPcm(pcm) {
      const fromMs = ms;
      ms += pcm.length / 8;
      const second = Math.floor(fromMs / 1000) * 1000;
      const events = [
        { type: 'start', sampleMs: second + 150 },
        { type: 'end', sampleMs: second + 250 },
      ] as const;
      return events
        .filter(({ sampleMs }) => sampleMs >= fromMs && sampleMs < ms)
        .map((event) => ({ ...event, atMs: event.sampleMs, sample: event.sampleMs * 8 }));
    },
  };
}

test('onSpeech reports positions in the stream of the caller, regardless of when it started and of gaps', async () => {
  const seen: [string, number][] = [];
  const { clock, client } = await dialBot((call) => {
    call.on('dtmf', () => {
      call.onSpeech(
        { start: (atMs) => void seen.push(['start', atMs]), end: (atMs) => void seen.push(['end', atMs]) },
        { vad: detector },
      );
    });
    return idle(call);
  });
  client.open();
  await clock.advance(10);
  const speak = async (frames: number) => {
    for (let frame = 0; frame < frames; frame++) {
      client.sendAudio(audio(200));
      await clock.advance(200);
    }
  };
  await speak(5);
  client.send('dtmf', { digit: '1' });
  await clock.advance(10);
  await speak(5);
  expect(seen).toEqual([
    ['start', 1150],
    ['end', 1250],
  ]);
  client.send('discarded', { start: 'PT2S', discarded: 'PT3S' });
  await speak(5);
  expect(seen.slice(2)).toEqual([
    ['start', 5150],
    ['end', 5250],
  ]);
});

test.each([
  [5000, ['start 400', 'end 1000', 'start 6200', 'end 6800']],
  [400, ['start 400', 'end 2200']],
])('onSpeech ends speech before a gap of %i ms if that is longer than a pause', async (gapMs, told) => {
  const seen: string[] = [];
  const { clock, client } = await dialBot((call) => {
    call.onSpeech(
      { start: (atMs) => void seen.push(`start ${atMs}`), end: (atMs) => void seen.push(`end ${atMs}`) },
      { vad: () => createUtteranceDetector((pcm) => pcm.some((sample) => sample !== 0)) },
    );
    return idle(call);
  });
  client.open();
  await clock.advance(10);
  const say = async (words: string) => {
    for (const word of words) {
      client.sendAudio(word === '-' ? new Uint8Array(1600).fill(0xff) : audio(200));
      await clock.advance(200);
    }
  };
  await say('--sss-');
  client.send('discarded', { start: 'PT1.2S', discarded: `PT${gapMs / 1000}S` });
  await say('sss------');
  expect(seen).toEqual(told);
});
