import { createHash } from 'node:crypto';
import { toneCaller } from '@hookline/client';
import { Type } from '@sinclair/typebox';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { endCall, RealtimeError, type RealtimeOptions, tool, transfer } from '../src/index.js';
import { bridged, finish, ready, serviceCalls } from './bridged.js';

const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const bytesOf = (ms: number, byte: number) => new Uint8Array(ms * 8).fill(byte);

/** Caller audio in which each byte differs from the next. */
function* counting(ms: number) {
  const bytes = new Uint8Array(ms * 8);
  for (let at = 0; at < bytes.length; at++) bytes[at] = (at * 7 + (at >> 8)) & 0xff;
  yield bytes;
}

describe('audio', () => {
  test('passes as identical mu-law bytes in both directions', async () => {
    const it = bridged({}, { call: { caller: counting(2000) } });
    await ready(it);
    const reply = new Uint8Array([...counting(1000)].flatMap((chunk) => [...chunk]));
    it.service.link.host.audio('r1', 'a', reply);
    it.service.link.host.replyDone('r1', 'done');
    await it.clock.advance(3000);
    const said = [...counting(2000)][0] as Uint8Array;
    expect(sha(it.service.link.audio.subarray(0, said.length))).toBe(sha(said));
    const heard = Buffer.concat(it.recorder.heardPieces.map(({ bytes }) => bytes));
    expect(sha(heard.subarray(0, reply.length))).toBe(sha(reply));
    it.call.hangup();
    await finish(it);
  });

  test('reaches the service as the mu-law of only the caller, from a call with L16', async () => {
    for (const media of [{ format: 'L16' }] as const) {
      const it = bridged(
        {},
        {
          call: { caller: toneCaller({ durationMs: 1000 }), media },
        },
      );
      await ready(it);
      await it.clock.advance(1500);
      expect(Math.abs(it.service.link.audio.length - 12_000)).toBeLessThanOrEqual(8 * 100);
      it.call.hangup();
      await finish(it);
    }
  });

  test('keeps its length and level for a service with PCM at 24 kHz that splits samples', async () => {
    const shape = { encoding: 'pcm16', rate: 24_000 } as const;
    const it = bridged(
      {},
      { service: { input: shape, output: shape }, call: { caller: toneCaller({ durationMs: 1000 }) } },
    );
    await ready(it);
    const samples = Int16Array.from({ length: 24_000 }, (_, at) =>
      Math.round(8000 * Math.sin((at * 2 * Math.PI * 440) / 24_000)),
    );
    const bytes = new Uint8Array(samples.buffer);
    for (let at = 0; at < bytes.length; at += 777)
      it.service.link.host.audio('r1', 'a', bytes.slice(at, at + 777));
    it.service.link.host.replyDone('r1', 'done');
    await it.clock.advance(2500);
    const heard = it.recorder.heardPieces.reduce((ms, { bytes: piece }) => ms + piece.length / 8, 0);
    expect(heard).toBeGreaterThanOrEqual(990);
    expect(Math.abs(it.service.link.audio.length / 48 - 2500)).toBeLessThan(200);
    it.call.hangup();
    await finish(it);
  });

  test('of the caller from before the service is ready arrives completely and in order', async () => {
    const it = bridged({}, { service: { connectMs: 2000 }, call: { caller: counting(1500) } });
    await it.clock.advanceUntil(() => it.service.links.length > 0);
    await it.clock.advance(500);
    const said = [...counting(1500)][0] as Uint8Array;
    expect(sha(it.service.link.audio.subarray(0, said.length))).toBe(sha(said));
    expect(it.session.stats.inputDroppedMs).toBe(0);
    it.call.hangup();
    await finish(it);
  });

  test('beyond the buffer is dropped, the oldest first, and counted', async () => {
    const it = bridged(
      { limits: { maxInputMs: 500 } },
      { service: { connectMs: 2000 }, call: { caller: counting(4000) } },
    );
    await it.clock.advanceUntil(() => it.service.links.length > 0);
    await it.clock.settle();
    expect(it.session.stats.inputDroppedMs).toBeGreaterThanOrEqual(1400);
    await it.clock.advance(1000);
    const said = Buffer.from([...counting(4000)][0] as Uint8Array);
    expect(said.includes(Buffer.from(it.service.link.audio))).toBe(true);
    it.call.hangup();
    await finish(it);
  });

  test('for a service that reads too slowly is dropped instead of delayed', async () => {
    const it = bridged({}, { call: { caller: counting(4000) } });
    await ready(it);
    it.service.link.bufferedBytes = 300_000;
    await it.clock.advance(1000);
    it.service.link.bufferedBytes = 0;
    await it.clock.advance(500);
    expect(it.service.link.audio.length / 8).toBeLessThanOrEqual(600);
    expect(it.session.stats.inputDroppedMs).toBeGreaterThanOrEqual(980);
    it.call.hangup();
    await finish(it);
  });

  test('of a reply that is too long is truncated, and the reply is cancelled', async () => {
    const it = bridged({ limits: { maxQueuedMs: 10_000 } });
    await ready(it);
    it.service.link.reply('r1', 180_000, { byte: 0x11, done: false });
    await it.clock.advance(1000);
    expect(serviceCalls(it, 'cancel').map(({ replyId }) => replyId)).toEqual(['r1']);
    await it.clock.advance(20_000);
    expect(it.recorder.heardMs(0x11)).toBeLessThanOrEqual(12_000);
    it.call.hangup();
    await finish(it);
  });
});

describe('the greeting', () => {
  test('as audio starts at once while the service connects, and is added to the history of the model', async () => {
    const it = bridged(
      { greeting: { audio: bytesOf(1000, 0x33), text: 'Welcome to the restaurant.' } },
      { service: { connectMs: 2000 } },
    );
    await it.clock.advanceUntil(() => it.recorder.heardMs(0x33) > 0);
    const openedMs = it.recorder.messages.find(({ text }) => text.includes('"opened"'))?.t ?? 0;
    expect((it.recorder.heardPieces[0]?.t ?? 1e9) - openedMs).toBeLessThanOrEqual(50);
    expect(it.service.links).toHaveLength(0);
    await ready(it);
    expect(it.service.link.start.history).toEqual([{ who: 'bot', text: 'Welcome to the restaurant.' }]);
    await it.clock.advance(1000);
    expect(serviceCalls(it, 'ask')).toEqual([]);
    expect(it.recorder.turns).toEqual(['Welcome to the restaurant.']);
    it.call.hangup();
    await finish(it);
  });

  test('of the model is requested when the service is ready', async () => {
    const it = bridged(
      { greeting: 'model', instructions: async () => 'Be brief.' },
      { service: { connectMs: 300 } },
    );
    await ready(it);
    expect(it.service.link.start.instructions).toBe('Be brief.');
    expect(serviceCalls(it, 'ask')).toHaveLength(1);
    it.call.hangup();
    await finish(it);
  });
});

const booking = {
  ...endCall({ outputs: { reservation: 'the reservation id' } }),
};

describe('the end', () => {
  test('waits until the goodbye was heard, even if the caller speaks over it, and returns the outputs', async () => {
    const it = bridged({ tools: { end_call: booking } });
    await ready(it);
    const { link } = it.service;
    link.reply('bye', 2000, { byte: 0x11, done: false });
    link.host.toolCall('t1', 'end_call', '{"reservation":"R-17"}');
    link.host.replyDone('bye', 'done');
    await it.clock.advance(500);
    expect(it.session.state).toBe('ending');
    link.host.speech('start');
    const result = await finish(it);
    expect(result).toMatchObject({ path: 'success', bargeIns: 0, outputs: { reservation: 'R-17' } });
    expect(it.recorder.heardMs(0x11)).toBe(2000);
  });

  test('by transfer returns the target as an output, and an unknown target is reported to the model', async () => {
    const it = bridged({ tools: { transfer: transfer(['agent', 'billing']) } });
    await ready(it);
    const { link } = it.service;
    link.host.toolCall('t1', 'transfer', '{"target":"sales"}');
    await it.clock.settle();
    expect(serviceCalls(it, 'toolResult')[0]?.result).toEqual({
      error: 'target must be one of ["agent","billing"]',
    });
    link.host.toolCall('t2', 'transfer', '{"target":"billing"}');
    expect(await finish(it)).toMatchObject({ path: 'success', outputs: { transfer_to: 'billing' } });
  });

  test('does not wait for a reply that never ends', async () => {
    const it = bridged();
    await ready(it);
    it.service.link.host.replyStarted('r1');
    it.session.end({ a: 'b' });
    expect(await finish(it)).toMatchObject({ path: 'success', outputs: { a: 'b' } });
  });

  test('at once stops what plays', async () => {
    const it = bridged();
    await ready(it);
    it.service.link.reply('r1', 5000, { byte: 0x11 });
    await it.clock.advance(500);
    it.session.end({}, { after: 'now' });
    await finish(it);
    expect(it.recorder.heardMs(0x11)).toBeLessThan(700);
  });

  test.each(['connecting', 'listening', 'thinking', 'speaking', 'reconnecting', 'ending'] as const)(
    'by the caller while %s closes the service at once and leaves no timers',
    async (state) => {
      const it = bridged({}, { service: { connectMs: 200 } });
      await it.clock.advanceUntil(() => it.bot.sessions === 1);
      await it.clock.settle();
      if (state !== 'connecting') await ready(it);
      if (state === 'thinking') it.session.tell('go on', { reply: true });
      if (state === 'speaking' || state === 'ending') it.service.link.reply('r1', 5000);
      if (state === 'ending') it.session.end();
      if (state === 'reconnecting') it.service.link.drop();
      await it.clock.settle();
      expect(it.session.state).toBe(state);
      it.call.hangup();
      await it.clock.settle();
      expect(it.service.links.every(({ closed }) => closed) || state === 'reconnecting').toBe(true);
      expect((await finish(it)).path).toBe('disconnected');
      expect(await it.session.result).toBeUndefined();
    },
  );
});

function toolBridge(tools: RealtimeOptions['tools'], more: RealtimeOptions = {}) {
  return bridged({ tools: tools ?? {}, ...more });
}

const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;

describe('a tool', () => {
  test.each([
    ['TypeBox', Type.Object({ people: Type.Integer({ minimum: 1 }) })],
    [
      'JSON Schema',
      { type: 'object', properties: { people: { type: 'integer', minimum: 1 } }, required: ['people'] },
    ],
    ['Standard Schema', z.object({ people: z.number().int().min(1) })],
  ] as const)(
    'receives arguments that match its %s, and the model receives an error for others',
    async (_, parameters) => {
      const seen: unknown[] = [];
      const schema = {
        type: 'object',
        properties: { people: { type: 'integer', minimum: 1 } },
        required: ['people'],
      } as const;
      const it = toolBridge({
        book: {
          description: 'Books.',
          parameters: parameters as never,
          schema,
          run: (args) => seen.push(args),
        },
      });
      await ready(it);
      const { host, start } = it.service.link;
      expect(start.tools[0]).toMatchObject({ name: 'book', parameters: { required: ['people'] } });
      host.toolCall('a', 'book', '{"people":2}');
      for (const bad of ['{"people":0}', '{}', '{"people":"two"}', '[1]', '{', 'null'])
        host.toolCall(`bad ${bad}`, 'book', bad);
      await it.clock.advance(10);
      expect(seen).toEqual([{ people: 2 }]);
      const errors = serviceCalls(it, 'toolResult').filter(({ result }) =>
        JSON.stringify(result).includes('error'),
      );
      expect(errors).toHaveLength(6);
      it.call.hangup();
      await finish(it);
    },
  );

  test('that throws, hangs, is unknown or is called twice has no other effect, and reveals no secret to the model', async () => {
    let runs = 0;
    let aborted: AbortSignal | undefined;
    const it = toolBridge(
      {
        throws: { description: '', run: () => Promise.reject(new Error('password hunter2')) },
        hangs: {
          description: '',
          run: (_, { signal }) =>
            new Promise(() => {
              aborted = signal;
            }),
        },
        counts: {
          description: '',
          run: () => {
            runs += 1;
          },
        },
      },
      { limits: { toolMs: 3000 } },
    );
    await ready(it);
    const { host } = it.service.link;
    host.toolCall('1', 'throws', '{}');
    host.toolCall('2', 'hangs', '{}');
    host.toolCall('3', 'missing', '{}');
    host.toolCall('4', 'counts', '');
    host.toolCall('4', 'counts', '');
    await it.clock.advance(3100);
    expect(runs).toBe(1);
    expect(aborted?.aborted).toBe(true);
    expect(Object.fromEntries(serviceCalls(it, 'toolResult').map(({ id, result }) => [id, result]))).toEqual({
      1: { error: 'the tool failed' },
      2: { error: 'the tool took too long' },
      3: { error: 'there is no tool with this name' },
      4: { status: 'done' },
    });
    it.call.hangup();
    await finish(it);
  });

  test.each<readonly [string, unknown]>([
    ['a BigInt', { id: 10n }],
    ['a cycle', cyclic],
    ['a function', () => 'booked'],
    ['a symbol', Symbol('booked')],
    [
      'a value that throws when it is written',
      {
        toJSON() {
          throw new Error('secret');
        },
      },
    ],
  ])('whose result is %s fails like one that throws, and the call goes on', async (_, result) => {
    for (const reply of ['after', 'later'] as const) {
      const outcomes: string[] = [];
      const it = bridged({
        tools: { book: { description: 'Books.', reply, run: () => result } },
      });
      await ready(it);
      it.session.on('tool', ({ outcome }) => outcomes.push(outcome));
      it.service.link.host.toolCall('1', 'book', '{}');
      await it.clock.advance(500);
      expect(outcomes).toEqual(['failed']);
      const told = JSON.stringify([...serviceCalls(it, 'toolResult'), ...serviceCalls(it, 'text')]);
      expect(told).toContain('the tool failed');
      expect(told).not.toContain('secret');
      it.call.hangup();
      expect((await finish(it)).path).toBe('disconnected');
    }
  });

  test('sends its result to the service as JSON values', async () => {
    const it = bridged({
      tools: {
        book: { description: 'Books.', run: () => ({ at: new Date(0), seats: new Set(), note: undefined }) },
        nothing: { description: 'Returns nothing.', run: () => {} },
      },
    });
    await ready(it);
    it.service.link.host.toolCall('1', 'book', '{}');
    it.service.link.host.toolCall('2', 'nothing', '{}');
    await it.clock.advance(500);
    expect(serviceCalls(it, 'toolResult').map(({ result }) => result)).toStrictEqual([
      { at: '1970-01-01T00:00:00.000Z', seats: {} },
      { status: 'done' },
    ]);
    it.call.hangup();
    await finish(it);
  });

  test('continues while the caller speaks, and its result starts no reply over them', async () => {
    let finishTool: (value: string) => void = () => {};
    const it = toolBridge({
      slow: {
        description: '',
        run: () =>
          new Promise((resolve) => {
            finishTool = resolve;
          }),
      },
    });
    await ready(it);
    const { host } = it.service.link;
    host.toolCall('1', 'slow', '{}');
    await it.clock.settle();
    host.speech('start');
    finishTool('found');
    await it.clock.settle();
    expect(serviceCalls(it, 'toolResult')).toMatchObject([{ result: 'found' }]);
    expect(serviceCalls(it, 'ask')).toEqual([]);
    it.call.hangup();
    await finish(it);
  });

  test('that the service cancels is aborted, and its result is not sent', async () => {
    let aborted: AbortSignal | undefined;
    const it = toolBridge({
      slow: {
        description: '',
        run: (_, { signal }) =>
          new Promise(() => {
            aborted = signal;
          }),
      },
    });
    await ready(it);
    it.service.link.host.toolCall('1', 'slow', '{}');
    await it.clock.settle();
    it.service.link.host.toolCancelled('1');
    expect(aborted?.aborted).toBe(true);
    expect(serviceCalls(it, 'toolResult')).toEqual([]);
    it.call.hangup();
    await finish(it);
  });

  test('is refused at construction if its parameters do not describe an object, or have no JSON Schema', async () => {
    for (const parameters of [
      { type: 'string' },
      { '~standard': { version: 1, vendor: 'x', validate: () => ({ value: 1 }) } },
    ]) {
      const it = bridged({ tools: { bad: { description: '', parameters: parameters as never, run() {} } } });
      const result = await it.clock.run(it.call.result);
      expect(result.path).toBe('failure');
      expect(it.errors[0]).toBeInstanceOf(RealtimeError);
      expect(it.errors[0]).toMatchObject({ code: 'REALTIME_BAD_TOOL' });
      await it.clock.run(it.call.closed);
    }
  });

  test('sets outputs that are checked at once', async () => {
    const errors: unknown[] = [];
    const it = toolBridge({
      note: tool({
        description: '',
        parameters: Type.Object({}),
        run(_, { outputs }) {
          outputs.set('intent', 'book');
          try {
            outputs.set('count', 3 as never);
          } catch (error) {
            errors.push(error);
          }
        },
      }),
    });
    await ready(it);
    it.service.link.host.toolCall('1', 'note', '{}');
    await it.clock.settle();
    it.session.end();
    expect(await finish(it)).toMatchObject({ outputs: { intent: 'book' } });
    expect(errors).toMatchObject([{ code: 'SERVER_BAD_OUTPUT' }]);
  });
});

describe('a reply', () => {
  test('is never requested during another one; the next is requested when that is done', async () => {
    const it = bridged();
    await ready(it);
    const { link } = it.service;
    link.host.replyStarted('r1');
    it.session.tell('one', { reply: true });
    it.session.tell('two', { reply: true });
    expect(serviceCalls(it, 'ask')).toEqual([]);
    link.reply('r1', 500);
    expect(serviceCalls(it, 'ask')).toHaveLength(1);
    it.call.hangup();
    await finish(it);
  });

  test('that does not arrive is requested once more, then the service counts as silent', async () => {
    const it = bridged({ limits: { replyMs: 2000 } });
    await ready(it);
    const problems: string[] = [];
    it.session.on('problem', ({ code }) => problems.push(code));
    const { link } = it.service;
    link.host.speech('start');
    link.host.speech('end');
    await it.clock.advance(2100);
    expect(serviceCalls(it, 'ask')).toHaveLength(1);
    link.host.replyStarted('e');
    link.host.replyDone('e', 'done');
    await it.clock.advance(2000);
    expect(problems).toEqual(['SERVICE_SILENT']);
    it.call.hangup();
    await finish(it);
  });
});

describe('keys', () => {
  test('interrupt, and are reported as one text', async () => {
    const it = bridged();
    await ready(it);
    it.service.link.reply('r1', 5000, { byte: 0x11 });
    await it.clock.advance(500);
    await it.clock.run(it.call.sendDtmf('42#'));
    await it.clock.advance(1500);
    expect(it.recorder.entities('barge_in')).toBe(1);
    expect(serviceCalls(it, 'text').map(({ text }) => text)).toEqual([
      'The caller pressed on the telephone: 42#',
    ]);
    expect(serviceCalls(it, 'ask')).toHaveLength(1);
    it.call.hangup();
    await finish(it);
  });
});

describe('turns', () => {
  test('contain only what the caller heard', async () => {
    const it = bridged();
    await ready(it);
    const { link } = it.service;
    const words = 'We have a table for two at seven and another one for four at nine this evening.';
    link.reply('r1', 4000, { text: words });
    await it.clock.advance(5000);
    link.reply('r2', 4000, { text: words });
    await it.clock.advance(2000);
    link.host.speech('start');
    await it.clock.advance(500);
    expect(it.recorder.turns[0]).toBe(words);
    const cut = it.recorder.turns[1] ?? '';
    expect(words.startsWith(cut)).toBe(true);
    expect(cut.length).toBeGreaterThan(10);
    expect(cut.length).toBeLessThanOrEqual(words.length / 2 + 1);
    it.call.hangup();
    await finish(it);
  });

  test('are truncated if a model writes without end', async () => {
    const it = bridged();
    await ready(it);
    it.service.link.reply('r1', 500, { text: 'x'.repeat(200_000) });
    await it.clock.advance(1500);
    expect(it.recorder.turns[0]?.length).toBeLessThanOrEqual(4000);
    it.call.hangup();
    expect((await finish(it)).path).toBe('disconnected');
  });
});

describe('a service that fails', () => {
  test.each([
    ['SERVICE_UNREACHABLE', 'the voice service cannot be reached'],
    ['SERVICE_UNAUTHORIZED', 'the voice service does not accept the credentials'],
    ['SERVICE_REFUSED', 'the voice service does not accept the settings of the session'],
    ['SERVICE_LIMITED', 'the voice service accepts no more calls for now'],
  ] as const)('with %s at the start causes the failure path with its message', async (code, words) => {
    const it = bridged({}, { service: { refuse: () => new RealtimeError(code, 'no') } });
    const result = await finish(it);
    expect(result).toMatchObject({ path: 'failure' });
    expect(JSON.stringify(result)).toContain(words);
    await expect(it.session.result).rejects.toMatchObject({ reason: code });
  });

  test('with a rate limit is dialled once more if its retry delay is short', async () => {
    const limited = new RealtimeError('SERVICE_LIMITED', 'slow down', { retryAfterMs: 1000 });
    const it = bridged({}, { service: { refuse: (nth) => (nth === 1 ? limited : undefined) } });
    await ready(it);
    it.call.hangup();
    await finish(it);
    const never = bridged({}, { service: { refuse: () => limited } });
    expect((await finish(never)).path).toBe('failure');
  });

  test('to answer at all causes the failure path within connectMs', async () => {
    const it = bridged({ limits: { connectMs: 1000 } }, { service: { connectMs: 60_000 } });
    const before = it.clock.now();
    const result = await it.clock.run(it.call.result);
    expect(result.path).toBe('failure');
    expect(it.clock.now() - before).toBeLessThan(1200);
    await finish(it);
  });

  test('during a reply is dialled again, with the history, the audio of the caller in between and a filler, and continues', async () => {
    const it = bridged(
      { filler: { audio: bytesOf(400, 0x44), afterMs: 600 } },
      { service: { connectMs: 1500 }, call: { caller: counting(10_000) } },
    );
    await ready(it);
    const first = it.service.link;
    first.host.text('caller', 'A table please', { final: true });
    first.reply('r1', 800, { byte: 0x11, text: 'For how many', done: false });
    await it.clock.advance(300);
    first.drop(1011);
    expect(first.closed).toBe(true);
    await it.clock.advanceUntil(() => it.service.links.length === 2);
    await it.clock.advance(100);
    expect(it.recorder.heardMs(0x11)).toBe(800);
    expect(it.recorder.heardMs(0x44)).toBeGreaterThan(0);
    const second = it.service.link;
    expect(second.start.history).toEqual([
      { who: 'caller', text: 'A table please' },
      { who: 'bot', text: 'For how many' },
    ]);
    expect(second.audio.length / 8).toBeGreaterThanOrEqual(1400);
    expect(serviceCalls(it, 'ask')).toHaveLength(1);
    it.session.interrupt();
    expect(serviceCalls(it, 'truncate')).toEqual([]);
    it.call.hangup();
    await finish(it);
  });

  test('learns what it was told while a session was being connected, once', async () => {
    const it = bridged({}, { service: { connectMs: 1000 } });
    await it.clock.advanceUntil(() => it.bot.sessions === 1);
    await it.clock.advance(500);
    it.session.tell('The caller is Ada.');
    await ready(it);
    const told = () => [
      ...it.service.link.start.history.map(({ text }) => text),
      ...serviceCalls(it, 'text').map(({ text }) => text),
    ];
    expect(told()).toEqual(['The caller is Ada.']);
    it.service.link.drop();
    await it.clock.advance(500);
    it.session.tell('The caller is a member.');
    await it.clock.advanceUntil(() => it.service.links.length === 2);
    await it.clock.settle();
    expect(told()).toEqual(['The caller is Ada.', 'The caller is a member.']);
    it.call.hangup();
    await finish(it);
  });

  test.each([
    ['before', 200],
    ['after', 3000],
  ])(
    'is told the result of a tool as text if the tool ends %s the session is made again, which does not know its request',
    async (_, takesMs) => {
      const it = bridged(
        {
          tools: {
            book: tool({
              description: 'Books.',
              parameters: Type.Object({}),
              run: () =>
                new Promise((resolve) => it.clock.after(1000 + takesMs, () => resolve({ id: 'R-7' }))),
            }),
          },
        },
        { service: { connectMs: 1000 } },
      );
      await ready(it);
      it.service.link.host.toolCall('t1', 'book', '{}');
      await it.clock.advance(1000);
      it.service.link.drop();
      await it.clock.advance(5000);
      expect(it.service.links).toHaveLength(2);
      expect(serviceCalls(it, 'toolResult')).toEqual([]);
      expect([
        ...it.service.link.start.history.map(({ text }) => text),
        ...serviceCalls(it, 'text').map(({ text }) => text),
      ]).toEqual(['Result of book: {"id":"R-7"}']);
      expect(serviceCalls(it, 'ask')).toHaveLength(1);
      it.call.hangup();
      await finish(it);
    },
  );

  test('that refuses the handle of a lost session gets the history instead, once', async () => {
    const refused = new RealtimeError('SERVICE_REFUSED', 'no such session');
    const it = bridged(
      {},
      { service: { can: { resume: 'handle' }, refuse: (nth) => (nth === 1 ? undefined : refused) } },
    );
    await ready(it);
    it.service.link.host.resumable('handle-1');
    it.service.link.drop(1011);
    await finish(it);
    await expect(it.session.result).rejects.toMatchObject({ reason: 'SERVICE_REFUSED' });

    let dials = 0;
    const again = bridged(
      {},
      {
        service: {
          can: { resume: 'handle' },
          refuse: (nth) => {
            dials = nth;
            return nth === 2 ? refused : undefined;
          },
        },
      },
    );
    await ready(again);
    again.service.link.host.resumable('handle-1');
    again.service.link.host.text('caller', 'A table please', { final: true });
    again.service.link.drop(1011);
    await again.clock.advanceUntil(() => again.service.links.length === 2);
    expect(dials).toBe(3);
    expect(again.service.link.start).toMatchObject({
      handle: undefined,
      history: [{ who: 'caller', text: 'A table please' }],
    });
    again.call.hangup();
    await finish(again);
  });

  test.each([
    ['is told the result of a tool as text if its handle is older than the request', ['handle', 'request']],
    ['is sent the result of a tool if its handle is newer than the request', ['request', 'handle']],
    ['is told the result of a tool as text if it refuses the handle', ['request', 'handle', 'refuse']],
  ])('that resumes a lost session %s', async (_, steps) => {
    const refused = new RealtimeError('SERVICE_REFUSED', 'no such session');
    const it = bridged(
      {
        tools: {
          book: tool({
            description: 'Books.',
            parameters: Type.Object({}),
            run: () => new Promise((resolve) => it.clock.after(1000, () => resolve({ id: 'R-7' }))),
          }),
        },
      },
      {
        service: {
          can: { resume: 'handle' },
          refuse: (nth) => (nth === 2 && steps.includes('refuse') ? refused : undefined),
        },
      },
    );
    await ready(it);
    const { host } = it.service.link;
    for (const step of steps) {
      if (step === 'handle') host.resumable('handle-1');
      if (step === 'request') host.toolCall('t1', 'book', '{}');
    }
    it.service.link.drop(1011);
    await it.clock.advance(2000);
    expect(it.service.links).toHaveLength(2);
    const isKnown = steps.join() === 'request,handle';
    expect(serviceCalls(it, 'toolResult').map(({ id }) => id)).toEqual(isKnown ? ['t1'] : []);
    expect(serviceCalls(it, 'text').map(({ text }) => text)).toEqual(
      isKnown ? [] : ['Result of book: {"id":"R-7"}'],
    );
    it.call.hangup();
    await finish(it);
  });

  test('permanently causes the failure path after its attempts, with the collected outputs', async () => {
    const gone = new RealtimeError('SERVICE_LOST', 'gone');
    const it = bridged({}, { service: { refuse: (nth) => (nth === 1 ? undefined : gone) } });
    await ready(it);
    it.service.link.drop();
    const result = await finish(it);
    expect(JSON.stringify(result)).toContain('the connection to the voice service was lost');
    await expect(it.session.result).rejects.toMatchObject({ reason: 'SERVICE_LOST', outputs: {} });
  });

  test('with an announced expiry is replaced in a pause, after the old session is closed', async () => {
    const it = bridged();
    await ready(it);
    const first = it.service.link;
    first.host.resumable('handle-1');
    first.host.expires(40_000);
    await it.clock.advance(8000);
    first.reply('r1', 4000);
    await it.clock.advance(3000);
    expect(it.service.links).toHaveLength(1);
    await it.clock.advanceUntil(() => it.service.links.length === 2);
    expect(first.closed).toBe(true);
    expect(it.service.link.start.handle).toBe('handle-1');
    it.call.hangup();
    await finish(it);
  });
});

test.each([9500, 25_000, 50_000])(
  'a session that is told %i ms before its end is renewed before, if nobody speaks',
  async (inMs) => {
    const it = bridged({ limits: { silenceMs: 600_000 } });
    await ready(it);
    await it.clock.advance(100_000);
    const first = it.service.link;
    const endMs = it.clock.now() + inMs;
    first.host.expires(inMs);
    await it.clock.advanceUntil(() => it.service.links.length === 2, 100_000);
    expect(it.clock.now()).toBeLessThan(endMs - 5000);
    expect(first.closed).toBe(true);
    expect(it.session.stats.reconnects).toBe(1);
    it.call.hangup();
    await finish(it);
  },
);

describe('a session whose end comes near', () => {
  test('is renewed just before it although a reply plays, which the caller hears whole', async () => {
    const it = bridged({ limits: { silenceMs: 600_000 } });
    await ready(it);
    await it.clock.advance(100_000);
    const first = it.service.link;
    first.host.resumable('handle-1');
    first.reply('r1', 60_000, { byte: 0x33 });
    await it.clock.advance(1000);
    const endMs = it.clock.now() + 40_000;
    first.host.expires(40_000);
    await it.clock.advanceUntil(() => it.service.links.length === 2, 50_000);
    expect(it.clock.now()).toBeLessThan(endMs);
    expect(it.clock.now()).toBeGreaterThan(endMs - 3000);
    expect(first.closed).toBe(true);
    expect(it.service.link.start.handle).toBe('handle-1');
    await it.clock.advance(30_000);
    expect(it.recorder.heardMs(0x33)).toBe(60_000);
    expect(serviceCalls(it, 'ask')).toHaveLength(0);
    it.call.hangup();
    await finish(it);
  });

  test('is renewed just before it although a tool runs, whose result the next one is sent', async () => {
    const book = tool({
      description: 'Books.',
      parameters: Type.Object({}),
      run: () => new Promise((resolve) => it.clock.after(14_000, () => resolve({ id: 'R-7' }))),
    });
    const it = bridged({ tools: { book } }, { service: { can: { resume: 'handle' } } });
    await ready(it);
    await it.clock.advance(50_000);
    const first = it.service.link;
    first.host.toolCall('t1', 'book', '{}');
    first.host.resumable('handle-1');
    first.host.expires(10_000);
    await it.clock.advance(9000);
    expect(it.service.links).toHaveLength(2);
    expect(it.session.stats.reconnects).toBe(1);
    await it.clock.advance(6000);
    expect(serviceCalls(it, 'toolResult').map(({ id }) => id)).toEqual(['t1']);
    it.call.hangup();
    await finish(it);
  });

  test('is left to the service if the end is past, because a reply may still finish', async () => {
    const it = bridged();
    await ready(it);
    await it.clock.advance(50_000);
    it.service.link.reply('r1', 5000);
    it.service.link.host.expires(-1000);
    await it.clock.advance(4000);
    expect(it.service.links).toHaveLength(1);
    await it.clock.advanceUntil(() => it.service.links.length === 2);
    it.call.hangup();
    await finish(it);
  });
});

describe('silence', () => {
  test('is asked about twice, then the call ends', async () => {
    const it = bridged({}, { service: { onAsk: (link) => link.reply(`r${link.calls.length}`, 500) } });
    const result = await finish(it);
    expect(result).toMatchObject({ path: 'success', outputs: { ended_by: 'silence' } });
    expect(serviceCalls(it, 'text')).toHaveLength(2);
  });

  test('does not include a long tool call', async () => {
    const it = bridged({
      limits: { silenceMs: 2000, toolMs: 60_000 },
      onSilence: 'end',
      tools: { slow: { description: '', run: () => new Promise(() => {}) } },
    });
    await ready(it);
    it.service.link.host.toolCall('1', 'slow', '{}');
    await it.clock.advance(30_000);
    expect(it.session.state).not.toBe('closed');
    it.call.hangup();
    await finish(it);
  });

  test.each([
    ['pieces of a transcript', false],
    ['whole transcripts', true],
  ])('does not begin while the service sends %s, even if it reports no speech', async (_, final) => {
    const it = bridged(
      { limits: { silenceMs: 2000 }, onSilence: 'end' },
      { service: { can: { vad: false } } },
    );
    await ready(it);
    for (let word = 1; word <= 10; word++) {
      await it.clock.advance(1500);
      it.service.link.host.text('caller', ` word${word}`, { final });
    }
    expect(it.session.state).toBe(final ? 'thinking' : 'listening');
    it.service.link.reply('r1', 500);
    await it.clock.advance(1500);
    // Noise.
    it.service.link.host.text('caller', ' ', { final });
    await it.clock.advance(1100);
    expect(it.session.state).toBe('closed');
    expect(await finish(it)).toMatchObject({ outputs: { ended_by: 'silence' } });
  });

  test('or not, a call has a maximum length', async () => {
    const it = bridged({ limits: { callMs: 10_000 } });
    expect(await finish(it)).toMatchObject({ path: 'success', outputs: { ended_by: 'length' } });
  });
});

test.each([
  [{ instruction: 'x' }, /unknown option `instruction`.*`instructions`/],
  [{ limits: { toolMs: -1 } }, /limits\.toolMs/],
  [{ interruption: { by: 'me' } }, /interruption\.by/],
  [{ greeting: 'nobody' }, /greeting/],
])('refuses options that cannot be used, by name: %o', async (options, message) => {
  const it = bridged(options as never);
  await it.clock.run(it.call.result);
  expect(it.errors[0]).toMatchObject({
    code: 'REALTIME_BAD_OPTION',
    message: expect.stringMatching(message),
  });
});
