import { encodeMulaw, MULAW_SILENCE, readWav } from '@hookline/audio';
import { type PlaybackResult, wav } from '@hookline/server';
import { describe, expect, test } from 'vitest';
import { demoSpeech, greeter, linkedCall, phrase } from '../src/index.js';
import { finish } from './nothing-left.js';
import { Recording } from './recording.js';
import { expectSameBytes } from './same-bytes.js';

const greeting = phrase('greeting');
const prompt = readWav(greeting.bytes);
const goodbye = phrase('goodbye');
const hello = readWav(demoSpeech()[0]!.bytes);
const silence = (ms: number) => new Uint8Array(ms * 8).fill(MULAW_SILENCE);

/** 50 moments from the first byte of the prompt to its last. */
const moments = Array.from({ length: 50 }, (_, index) => Math.round((prompt.durationMs * index) / 49));

describe.each([0, 40])('with a latency of %i ms', (latencyMs) => {
  test.each(moments)('a barge-in %i ms into the prompt leaves nothing of it', async (atMs) => {
    const recording = new Recording();
    let interrupted: PlaybackResult | undefined;
    const linked = linkedCall(
      ({ clock }) =>
        async (call) => {
          clock.after(atMs, () => call.bargeIn());
          interrupted = await call.play(wav(greeting.bytes));
          await call.play(wav(goodbye.bytes));
          return { done: 'yes' };
        },
      { latencyMs, call: { sink: recording } },
    );
    const result = await finish(linked);

    expect(result).toMatchObject({
      path: 'success',
      outputs: { done: 'yes' },
      bargeIns: 1,
      cutMs: 0,
      warnings: [],
    });
    expect(recording.types('in').filter((type) => type === 'disconnect')).toHaveLength(1);
    const sent = recording.sentAround('barge_in');
    const heard = recording.heardAround('barge_in');
    const next = readWav(goodbye.bytes).data;
    expectSameBytes(sent.after, next);
    expectSameBytes(heard.after, next);
    expectSameBytes(heard.before, prompt.data.subarray(0, heard.before.length));
    expect(heard.before.length / 8).toBeCloseTo(atMs, -1);
    expect(interrupted?.ended).toBe('interrupted');
    expect(Math.abs((interrupted?.heardMs ?? 0) - heard.before.length / 8)).toBeLessThanOrEqual(200);
    expect(result.heardMs).toBeCloseTo((heard.before.length + next.length) / 8, 0);
  });
});

describe('speech over the greeter', () => {
  test.each([0, 500, 1000, 2000, 3000, 3500])('%i ms after it begins stops it', async (atMs) => {
    const recording = new Recording();
    const linked = linkedCall(greeter, {
      latencyMs: 20,
      call: { caller: [silence(atMs), hello.data], media: { frameMs: 20 }, sink: recording },
    });
    const result = await finish(linked);
    expect(result).toMatchObject({
      path: 'success',
      outputs: { interrupted: 'true', utterances: '1' },
      bargeIns: 1,
      cutMs: 0,
    });
    const speechAtMs = atMs + 260;
    const stopped = recording
      .messages('in', 'event')
      .find(({ parameters }) => JSON.stringify(parameters).includes('barge_in'));
    expect(stopped!.t - speechAtMs).toBeLessThan(200 + 2 * 20);
    const { after } = recording.sentAround('barge_in');
    expect(Buffer.from(hello.data).indexOf(after.subarray(2400, 4000))).toBeGreaterThanOrEqual(0);
  });

  test.each<[string, Uint8Array]>([
    ['silence', silence(5000)],
    ['line noise at −45 dBFS', noise(5000, -45)],
  ])('%s does not', async (_what, audio) => {
    const linked = linkedCall(greeter, { call: { caller: [audio] } });
    expect(await finish(linked)).toMatchObject({ outputs: { interrupted: 'false' }, bargeIns: 0 });
  });
});

function noise(ms: number, dbfs: number): Uint8Array {
  let state = 1;
  const amplitude = 32_768 * 10 ** (dbfs / 20) * Math.sqrt(3);
  const pcm = Int16Array.from({ length: ms * 8 }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.round((state / 2 ** 31 - 1) * amplitude);
  });
  return encodeMulaw(pcm);
}
