import { dtmf, encodeMulaw, mix, sine } from '@hookline/audio';
import { describe, expect, it, vi } from 'vitest';
import { join, noise, speech } from '../../audio/test/signals.js';
import { NOT_SPEECH, SPEECH, SPEECH_BEGINS_MS, TONES } from '../../audio/test/vad-cases.js';
import { createVad, type VadOptions } from './create-vad.js';
import { loadFvad } from './fvad.js';

async function eventsOf(mulaw: Uint8Array, options?: VadOptions) {
  const vad = await createVad(options);
  const events = vad.push(mulaw);
  vad.close();
  return events;
}

/** A tone that comes and goes, two seconds of it. */
const cadence = (tone: (ms: number) => Int16Array, onMs: number, offMs: number) =>
  join(...Array.from({ length: 3 }, () => join(tone(onMs), new Int16Array(8 * offMs))));
const both = (low: number, high: number) => (ms: number) =>
  mix(sine({ hz: low, ms, dbfs: -20 }), sine({ hz: high, ms, dbfs: -20 }));

const SOUNDS_OF_A_LINE: readonly (readonly [name: string, pcm: Int16Array])[] = [
  ['ringback (US)', cadence(both(440, 480), 2000, 4000)],
  ['ringback (UK)', cadence(both(400, 450), 400, 200)],
  ['busy', cadence(both(480, 620), 500, 500)],
  ['a fax that calls', cadence((ms) => sine({ hz: 1100, ms }), 500, 3000)],
  ['a fax that answers', sine({ hz: 2100, ms: 3000 })],
  ['dialling', dtmf('0123456789*#', { ms: 80, gapMs: 80 })],
  ['noise that sets in', join(noise(8000, -60), noise(16000, -20))],
  ['a chord', mix(mix(both(262, 330)(3000), both(392, 523)(3000)), sine({ hz: 131, ms: 3000, dbfs: -20 }))],
];

describe.each([0, 1, 2, 3] as const)("the detector by Silero, with WebRTC's in mode %i", (mode) => {
  it.each([...NOT_SPEECH, ...TONES])('stays quiet on %s', async (_, mulaw) => {
    expect(await eventsOf(mulaw, { mode })).toEqual([]);
  });

  it.each(SPEECH)('finds the start of speech %s within 100 ms', async (_, mulaw) => {
    const [start] = await eventsOf(mulaw, { mode });
    expect(start).toMatchObject({ type: 'start' });
    expect(Math.abs((start?.sampleMs ?? 0) - SPEECH_BEGINS_MS)).toBeLessThanOrEqual(100);
  });
});

describe('the detector by Silero', () => {
  it.each(SOUNDS_OF_A_LINE)('stays quiet on %s', async (_, pcm) => {
    expect(await eventsOf(encodeMulaw(join(new Int16Array(4000), pcm)))).toEqual([]);
  });

  it.each(SPEECH)('knows of speech %s within 250 ms', async (_, mulaw) => {
    const [start] = await eventsOf(mulaw);
    expect((start?.atMs ?? Number.NaN) - SPEECH_BEGINS_MS).toBeLessThanOrEqual(250);
  });

  it.each(SOUNDS_OF_A_LINE)('finds speech after %s', async (_, pcm) => {
    const [start] = await eventsOf(encodeMulaw(join(pcm, new Int16Array(4000), speech())));
    const beginsMs = pcm.length / 8 + SPEECH_BEGINS_MS;
    expect(Math.abs((start?.atMs ?? Number.NaN) - beginsMs)).toBeLessThanOrEqual(250);
  });

  it('takes one sentence for one utterance and ends it at its last word', async () => {
    const sentence = speech();
    const mulaw = encodeMulaw(join(sentence, noise(12000, -50)));
    const events = await eventsOf(mulaw, { releaseMs: 1000 });
    expect(events.map((event) => event.type)).toEqual(['start', 'end']);
    const endMs = sentence.length / 8;
    expect(events[1]?.sampleMs).toBeGreaterThan(endMs - 700);
    expect(events[1]?.sampleMs).toBeLessThan(endMs + 200);
  });

  it('ends an utterance that a tone follows', async () => {
    const events = await eventsOf(encodeMulaw(join(speech(), sine({ hz: 425, ms: 3000 }))), {
      releaseMs: 1000,
    });
    expect(events.map((event) => event.type)).toEqual(['start', 'end']);
  });

  it('leaves silence to the judgement of WebRTC when its guards are open', async () => {
    const silence = new Uint8Array(16000).fill(0xff);
    expect(await eventsOf(silence, { thresholdDb: -200, minDbfs: Number.NEGATIVE_INFINITY })).toEqual([]);
  });
});

describe('the detector by WebRTC', () => {
  it.each(NOT_SPEECH)('stays quiet on %s', async (_, mulaw) => {
    expect(await eventsOf(mulaw, { model: 'webrtc' })).toEqual([]);
  });

  it.each(SPEECH)('finds the start of speech %s within 100 ms', async (_, mulaw) => {
    const [start] = await eventsOf(mulaw, { model: 'webrtc' });
    expect(Math.abs((start?.sampleMs ?? Number.NaN) - SPEECH_BEGINS_MS)).toBeLessThanOrEqual(100);
  });
});

describe('the detector by energy', () => {
  it('takes any sound for speech, after 60 ms of it', async () => {
    const mulaw = encodeMulaw(join(new Int16Array(4000), sine({ hz: 425, ms: 1000 })));
    expect(await eventsOf(mulaw, { model: 'energy' })).toMatchObject([
      { type: 'start', sampleMs: 500, atMs: 560 },
    ]);
  });
});

describe.each(['silero', 'webrtc', 'energy'] as const)('a detector by %s', (model) => {
  it('refuses to go on once closed, and closes twice without harm', async () => {
    const vad = await createVad({ model });
    vad.close();
    vad.close();
    for (const use of [() => vad.push(new Uint8Array(160)), () => vad.pushPcm(new Int16Array(1))]) {
      expect(use).toThrow(expect.objectContaining({ code: 'VAD_CLOSED' }));
    }
    expect(() => vad.flush()).toThrow(/Create one for each stream/);
  });

  it('refuses a mode, a model and a time that are none', async () => {
    await expect(createVad({ model, mode: 4 as 3 })).rejects.toThrow(/mode is 4/);
    await expect(createVad({ model: `${model}x` as 'silero' })).rejects.toMatchObject({
      code: 'VAD_BAD_ARGUMENT',
      message: `createVad: model is "${model}x"; expected 'silero', 'webrtc' or 'energy'.`,
    });
    await expect(createVad({ model, onsetMs: 0 })).rejects.toThrow(/onsetMs is 0/);
  });

  it.each(['thresholdDb', 'minDbfs'])('refuses a %s that no level can be compared with', async (name) => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '6', null]) {
      await expect(createVad({ model, [name]: value })).rejects.toMatchObject({
        code: 'VAD_BAD_ARGUMENT',
        message: expect.stringMatching(
          new RegExp(`createVad: ${name} is .*; expected a number of decibels\\.$`),
        ),
      });
    }
  });
});

describe('the memory of a detector', () => {
  it.each(['silero', 'webrtc'] as const)(
    'is given back once, however often it is closed (%s)',
    async (model) => {
      const free = vi.spyOn((await loadFvad()).functions, 'free');
      const vad = await createVad({ model });
      vad.close();
      vad.close();
      expect(free).toHaveBeenCalledTimes(1);
      free.mockRestore();
    },
  );

  it('is not taken by one that a bad option refuses', async () => {
    const make = vi.spyOn((await loadFvad()).functions, 'make');
    await expect(createVad({ releaseMs: -1 })).rejects.toThrow(/releaseMs is -1/);
    expect(make).not.toHaveBeenCalled();
    make.mockRestore();
  });
});
