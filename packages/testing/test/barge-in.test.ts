import { phrase } from '@hookline/bots';
import { type PlaybackResult, wav } from '@hookline/server';
import { describe, expect, test } from 'vitest';
import { linkedCall } from '../src/index.js';
import { finish } from './finish-call.js';
import { Recording } from './recording.js';
import { expectSameBytes } from './same-bytes.js';
import { spoken } from './signals.js';

const greeting = phrase('greeting');
const prompt = spoken(greeting);
const goodbye = phrase('goodbye');

/** 50 moments from the first byte of the prompt to its last. */
const moments = Array.from({ length: 50 }, (_, index) => Math.round((prompt.durationMs * index) / 49));

describe.each([0, 40])('with a latency of %i ms', (latencyMs) => {
  test.each(moments)('after a barge-in %i ms into the prompt nothing of it is heard', async (atMs) => {
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
    const next = spoken(goodbye).data;
    expectSameBytes(sent.after, next);
    expectSameBytes(heard.after, next);
    expectSameBytes(heard.before, prompt.data.subarray(0, heard.before.length));
    expect(heard.before.length / 8).toBeCloseTo(atMs, -1);
    expect(interrupted?.ended).toBe('interrupted');
    expect(Math.abs((interrupted?.heardMs ?? 0) - heard.before.length / 8)).toBeLessThanOrEqual(200);
    expect(result.heardMs).toBeCloseTo((heard.before.length + next.length) / 8, 0);
  });
});
