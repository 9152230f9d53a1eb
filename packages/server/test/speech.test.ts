import { readFileSync } from 'node:fs';
import { createEnergyVad, encodeMulaw, sine } from '@hookline/audio';
import type { VirtualClock } from '@hookline/runtime';
import { createVad } from '@hookline/vad';
import { describe, expect, it, vi } from 'vitest';
import type { OnSpeechOptions, PlaybackResult } from '../src/index.js';
import type { ScriptedClient } from '../src/testing/index.js';
import { audio, dialBot, hangUp, idle } from './open-call.js';

/** Synthetic speech at −25 dBFS; what it says begins about 250 ms in. */
const SPEECH = new Uint8Array(readFileSync(new URL('../../audio/test/speech-kal.ulaw', import.meta.url)));
const SPEECH_BEGINS_MS = 250;
const SILENCE = new Uint8Array(16_000).fill(0xff);

/** Sends caller audio in real time, frames of 20 ms. */
async function speak(clock: VirtualClock, client: ScriptedClient, bytes: Uint8Array) {
  for (let at = 0; at + 160 <= bytes.length; at += 160) {
    client.sendAudio(bytes.subarray(at, at + 160));
    await clock.advance(20);
  }
}

/** WebAssembly loads in real time, so it is loaded before the call. */
async function talking(handler: Parameters<typeof dialBot>[0]) {
  (await createVad()).close();
  const line = await dialBot(handler);
  line.client.open();
  await line.clock.advance(10);
  return line;
}

describe('onSpeech', () => {
  it.each<[string, OnSpeechOptions]>([
    ['the detector of the call', {}],
    ['a detector of the bot', { vad: () => createEnergyVad() }],
  ])('reports where in the stream speech starts and ends, by %s', async (_, options) => {
    const seen: [string, number][] = [];
    const { clock, client } = await talking((call) => {
      call.onSpeech(
        { start: (atMs) => void seen.push(['start', atMs]), end: (atMs) => void seen.push(['end', atMs]) },
        options,
      );
      return idle(call);
    });
    await speak(clock, client, SILENCE);
    await speak(clock, client, SPEECH);
    await speak(clock, client, SILENCE);
    const [first] = seen;
    expect(first?.[0]).toBe('start');
    expect(Math.abs((first?.[1] ?? 0) - (2000 + SPEECH_BEGINS_MS))).toBeLessThanOrEqual(100);
    expect(seen.at(-1)?.[0]).toBe('end');
    expect(seen.at(-1)?.[1]).toBeLessThanOrEqual(2000 + SPEECH.length / 8 + 200);
    await hangUp(clock, client);
  });

  it('decodes nothing without listeners, or after they were removed', async () => {
    const judged: number[] = [];
    const { clock, client } = await talking((call) => {
      const off = call.onSpeech(
        {},
        {
          vad: () => ({
            pushPcm: (pcm) => {
              judged.push(pcm.length);
              return [];
            },
          }),
        },
      );
      call.on('dtmf', off);
      return idle(call);
    });
    await speak(clock, client, SILENCE.subarray(0, 320));
    client.send('dtmf', { digit: '1' });
    await speak(clock, client, SILENCE.subarray(0, 320));
    expect(judged).toEqual([160, 160]);
  });
});

describe('a detector of the bot', () => {
  it('keeps working if another one is removed, even twice', async () => {
    const judged = { one: 0, two: 0 };
    const counting = (name: keyof typeof judged) => ({
      vad: () => ({
        pushPcm: () => {
          judged[name] += 1;
          return [];
        },
      }),
    });
    const { clock, client } = await talking((call) => {
      const off = call.onSpeech({}, counting('one'));
      call.onSpeech({}, counting('two'));
      call.on('dtmf', () => {
        off();
        off();
      });
      return idle(call);
    });
    await speak(clock, client, SILENCE.subarray(0, 320));
    client.send('dtmf', { digit: '1' });
    await speak(clock, client, SILENCE.subarray(0, 320));
    expect(judged).toEqual({ one: 2, two: 4 });
  });

  it('is closed if its listener is removed before it is made', async () => {
    const close = vi.fn();
    await talking((call) => {
      call.onSpeech({}, { vad: () => ({ pushPcm: () => [], close }) })();
      return idle(call);
    });
    expect(close).toHaveBeenCalledOnce();
  });
});

describe('a prompt that may be interrupted', () => {
  async function interrupted(caller: Uint8Array) {
    let result: PlaybackResult | undefined;
    const line = await talking(async (call) => {
      result = await call.play(audio(60_000), { bargeIn: true });
      return idle(call);
    });
    const { clock, client } = line;
    await speak(clock, client, SILENCE.subarray(0, 8000));
    const fromMs = clock.now();
    await speak(clock, client, caller);
    const event = client.messages.find(({ message }) => message.type === 'event');
    return { result, afterMs: event && event.atMs - fromMs };
  }

  it('stops within 200 ms of speech', async () => {
    const { result, afterMs } = await interrupted(SPEECH);
    expect(result?.ended).toBe('interrupted');
    expect(afterMs).toBeGreaterThan(SPEECH_BEGINS_MS);
    expect(afterMs).toBeLessThanOrEqual(SPEECH_BEGINS_MS + 200);
  });

  it.each([
    ['silence', SILENCE],
    ['a tone', encodeMulaw(sine({ hz: 425, ms: 2000 }))],
  ])('continues during %s', async (_, caller) => {
    expect(await interrupted(caller)).toEqual({ result: undefined, afterMs: undefined });
  });

  it('by onSpeech with bargeIn stops any playback, and sends no event if nothing plays', async () => {
    const results: PlaybackResult[] = [];
    const { clock, client } = await talking(async (call) => {
      call.onSpeech({}, { bargeIn: true });
      results.push(await call.play(audio(60_000)));
      return idle(call);
    });
    await speak(clock, client, SPEECH);
    await speak(clock, client, SILENCE);
    await speak(clock, client, SPEECH);
    expect(results).toEqual([{ ended: 'interrupted', heardMs: expect.any(Number) }]);
    expect(client.all('event')).toHaveLength(1);
  });
});
