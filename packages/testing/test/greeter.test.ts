import { encodeMulaw, sine } from '@hookline/audio';
import { demoSpeech, greeter, phrase } from '@hookline/bots';
import { describe, expect, test } from 'vitest';
import { linkedCall } from '../src/index.js';
import { finish } from './finish-call.js';
import { Recording } from './recording.js';
import { expectSameBytes } from './same-bytes.js';
import { noise, noisySpeech, silence, spoken } from './signals.js';

const hello = spoken(demoSpeech()[0]!);
const greeting = spoken(phrase('greeting'));
/** Where in `hello` the first speech frame begins. */
const ONSET_MS = 260;
const LATENCY_MS = 20;

describe('the greeter', () => {
  test('greets as soon as the call is open, and reports its turn', async () => {
    const recording = new Recording();
    const linked = linkedCall(greeter, { call: { sink: recording } });
    const result = await finish(linked);
    expect(result).toMatchObject({
      path: 'success',
      outputs: { interrupted: 'false', utterances: '0' },
      turns: [{ disposition: 'match', text: phrase('greeting').text }, { disposition: 'no_input' }],
      cutMs: 0,
      warnings: [],
    });
    expect(recording.heardPieces[0]?.t).toBeLessThan(250);
    expect(result.heardMs).toBeCloseTo(greeting.durationMs, -1);
    if (result.path === 'success') {
      expect(Number(result.outputs['heardMs'])).toBeCloseTo(greeting.durationMs, -1);
    }
  });

  test('repeats one utterance', async () => {
    const linked = linkedCall(greeter, { call: { caller: [silence(5000), hello.data] } });
    expect(await finish(linked)).toMatchObject({
      path: 'success',
      outputs: { interrupted: 'false', utterances: '1' },
      bargeIns: 0,
      cutMs: 0,
    });
  });
});

describe('speech over the greeting stops it permanently', () => {
  const last = greeting.durationMs - ONSET_MS - 200;
  const moments = Array.from({ length: 50 }, (_, index) => Math.round((last * index) / 49));

  test.each(moments)('%i ms after it begins', async (atMs) => {
    const recording = new Recording();
    const linked = linkedCall(greeter, {
      latencyMs: LATENCY_MS,
      call: { caller: [silence(atMs), hello.data], media: { frameMs: 20 }, sink: recording },
    });
    const result = await finish(linked);
    expect(result).toMatchObject({
      path: 'success',
      outputs: { interrupted: 'true', utterances: '1' },
      bargeIns: 1,
      cutMs: 0,
    });
    expect(recording.types('in').filter((type) => type === 'disconnect')).toHaveLength(1);

    const stopped = recording.messages('in', 'event').find(({ text }) => text.includes('barge_in'));
    // A frame of 20 ms and the latency in both directions.
    expect(stopped!.t - (atMs + ONSET_MS)).toBeLessThan(200 + 20 + 3 * LATENCY_MS);

    const { before } = recording.heardAround('barge_in');
    expectSameBytes(before, greeting.data.subarray(0, before.length));
    // Later audio is the caller's own speech, without a byte of the greeting.
    const { after } = recording.sentAround('barge_in');
    const said = Buffer.concat(recording.frames.out.map(({ bytes }) => bytes));
    expect(after.length).toBeGreaterThan(hello.data.length - 1000);
    expect(said.includes(Buffer.from(after))).toBe(true);
    if (result.path === 'success') {
      expect(Math.abs(Number(result.outputs['heardMs']) - before.length / 8)).toBeLessThanOrEqual(
        20 + LATENCY_MS,
      );
    }
  });
});

describe('what interrupts the greeting', () => {
  test.each<[string, Uint8Array]>([
    ['silence', silence(5000)],
    ['line noise at −45 dBFS', encodeMulaw(noise(5000, -45))],
    ['a tone', encodeMulaw(sine({ hz: 440, ms: 5000, dbfs: -15 }))],
  ])('is not %s', async (_what, audio) => {
    const linked = linkedCall(greeter, { call: { caller: [audio] } });
    expect(await finish(linked)).toMatchObject({ outputs: { interrupted: 'false' }, bargeIns: 0 });
  });

  test('is speech at −25 dBFS, 10 dB above the noise of the line', async () => {
    const caller = [noisySpeech(hello.data, -25, 10, 1000)];
    const linked = linkedCall(greeter, { call: { caller } });
    expect(await finish(linked)).toMatchObject({ outputs: { interrupted: 'true' }, bargeIns: 1 });
  });
});
