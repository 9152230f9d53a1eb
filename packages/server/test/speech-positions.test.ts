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
