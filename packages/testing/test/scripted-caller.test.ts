import { demoSpeech, parrot, phrase, quiet } from '@hookline/bots';
import { atMoment, hangUpWhenIdle, sayInTurn } from '@hookline/client';
import { wav } from '@hookline/server';
import { describe, expect, test } from 'vitest';
import { linkedCall } from '../src/index.js';
import { finish } from './finish-call.js';
import { Recording } from './recording.js';
import { spoken } from './signals.js';

const [hello, table] = demoSpeech().map((phrase) => spoken(phrase).data);
const goodbye = phrase('goodbye');

describe('a caller who speaks in turn', () => {
  test('speaks the next line when the bot has replied to the previous one and is silent', async () => {
    const recording = new Recording();
    const linked = linkedCall(parrot, { latencyMs: 20, call: { sink: recording } });
    void sayInTurn(linked.call, linked.clock, [hello!, table!], { turnGapMs: 700 });
    expect(await finish(linked)).toMatchObject({
      path: 'success',
      outputs: { utterances: '2' },
      bargeIns: 0,
    });
    const talking = recording.frames.out.filter(({ bytes }) => bytes.some((byte) => (byte & 0x7f) < 0x60));
    const overlap = talking.filter(({ t, bytes }) =>
      recording.heardPieces.some(
        (piece) => piece.t < t && piece.t + piece.bytes.length / 8 > t - bytes.length / 8,
      ),
    );
    expect(talking.length).toBeGreaterThan(15);
    expect(overlap).toEqual([]);
  });

  test('stops speaking when the call ends', async () => {
    const linked = linkedCall(() => () => ({}));
    const said = sayInTurn(linked.call, linked.clock, [hello!, table!]);
    await finish(linked);
    await expect(said).resolves.toBeUndefined();
  });
});

describe('a caller who has finished speaking', () => {
  test('hangs up after a time without bot audio', async () => {
    const linked = linkedCall(quiet);
    hangUpWhenIdle(linked.call, linked.clock, linked.call.say(hello!), 5000);
    const result = await finish(linked);
    expect(result).toMatchObject({ path: 'disconnected', reason: 'callerHangup' });
    expect(result.durationMs).toBeCloseTo(2200 + 5000, -3);
  });

  test('does not hang up while the bot speaks', async () => {
    const linked = linkedCall(() => async (call) => {
      for (let i = 0; i < 5; i++) await call.play(wav(goodbye.bytes));
      return { done: 'yes' };
    });
    hangUpWhenIdle(linked.call, linked.clock, Promise.resolve(), 1500);
    expect(await finish(linked)).toMatchObject({ path: 'success' });
  });
});

describe('a caller with more lines when the call ends', () => {
  test('stops waiting', async () => {
    const linked = linkedCall(() => () => ({}));
    const said = sayInTurn(linked.call, linked.clock, [hello!, table!]);
    hangUpWhenIdle(linked.call, linked.clock, said, 10_000);
    expect(await finish(linked)).toMatchObject({ path: 'success' });
  });
});

describe('a moment of a call', () => {
  test.each<[string, Parameters<typeof atMoment>[2], number]>([
    ['after it opened', { from: 'opened', afterMs: 1500 }, 40 + 1500],
    ['into the first playback', { from: 1, afterMs: 700 }, 40 + 700],
    ['into the second playback', { from: 2, afterMs: 300 }, 40 + 2252 + 40 + 300],
  ])('%s occurs at the right time', async (_what, moment, expectedMs) => {
    const linked = linkedCall(
      () => async (call) => {
        await call.play(wav(goodbye.bytes));
        await call.play(wav(goodbye.bytes));
      },
      { latencyMs: 20 },
    );
    let atMs = 0;
    atMoment(linked.call, linked.clock, moment, () => {
      atMs = linked.clock.now();
    });
    await finish(linked);
    expect(Math.abs(atMs - expectedMs)).toBeLessThan(20);
  });

  test('never occurs if the call ends first', async () => {
    const linked = linkedCall(() => () => ({}));
    let came = false;
    atMoment(linked.call, linked.clock, { from: 'opened', afterMs: 60_000 }, () => {
      came = true;
    });
    await finish(linked);
    expect(came).toBe(false);
  });
});
