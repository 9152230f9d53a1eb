import { AsyncLocalStorage } from 'node:async_hooks';
import { Resampler } from '@hookline/audio/resample';
import { toneCaller } from '@hookline/client';
import { VirtualClock } from '@hookline/runtime';
import { createBot } from '@hookline/server';
import { ScriptedClient } from '@hookline/server/testing';
import { Type } from '@sinclair/typebox';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { RealtimeError, realtime, tool } from '../src/index.js';
import { scripted } from '../src/testing/index.js';
import { bridged, finish, ready, serviceCalls } from './bridged.js';

/** A sine of 16-bit samples. */
function tone(hertz: number, rate: number, ms: number, level = 8000): Uint8Array {
  const samples = Int16Array.from({ length: (rate * ms) / 1000 }, (_, at) =>
    Math.round(level * Math.sin((2 * Math.PI * hertz * at) / rate)),
  );
  return new Uint8Array(samples.buffer);
}

/** The linear value of a mu-law byte. */
function linear(byte: number): number {
  const inverted = ~byte & 0xff;
  const magnitude = (((inverted & 0x0f) << 3) + 0x84) << ((inverted & 0x70) >> 4);
  return inverted & 0x80 ? 0x84 - magnitude : magnitude - 0x84;
}

/** The frequency of upward zero crossings of a signal, its level, and its largest step between samples. */
function measure(samples: readonly number[], rate: number) {
  let crossings = 0;
  let square = 0;
  let step = 0;
  for (let at = 1; at < samples.length; at++) {
    const [before = 0, now = 0] = [samples[at - 1], samples[at]];
    if (before < 0 && now >= 0) crossings += 1;
    square += now * now;
    step = Math.max(step, Math.abs(now - before));
  }
  return {
    hertz: (crossings * rate) / samples.length,
    level: Math.sqrt((2 * square) / samples.length),
    step,
  };
}

function int16(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length >> 1 }, (_, at) => view.getInt16(at * 2, true));
}

describe('audio', () => {
  test('as mu-law loads no resampler, and the service receives only the caller from a call with two channels', async () => {
    const create = vi.spyOn(Resampler, 'create');
    const it = bridged({}, { call: { caller: toneCaller({ durationMs: 500 }) } });
    await ready(it);
    it.service.link.reply('r1', 500, { byte: 0x11 });
    await it.clock.advance(1500);
    expect(it.recorder.heardMs(0x11)).toBe(500);
    it.call.hangup();
    await finish(it);

    const clock = new VirtualClock();
    const service = scripted();
    const bot = createBot({ auth: { 'test-key': null }, clock }, (call) =>
      realtime(call, service, { clock, greeting: 'caller' }),
    );
    const client = await clock.run(ScriptedClient.dial(bot, { clock }));
    client.open({
      media: [{ type: 'audio', format: 'PCMU', rate: 8000, channels: ['internal', 'external'] }],
    });
    await clock.advanceUntil(() => service.links.length > 0);
    client.sendAudio(Uint8Array.from({ length: 3200 }, (_, at) => (at % 2 === 0 ? 0x77 : 0x55)));
    await clock.advance(10);
    expect(Buffer.from(service.link.audio)).toEqual(Buffer.alloc(1600, 0x55));
    client.send('close', { reason: 'end' });
    await clock.advance(1000);
    expect(create).not.toHaveBeenCalled();
    create.mockRestore();
  });

  test('of a PCM service keeps frequency and level in both directions, without clicks between pieces, also if a sample is split', async () => {
    const shape = { encoding: 'pcm16', rate: 24_000 } as const;
    const it = bridged(
      {},
      {
        service: { input: shape, output: shape },
        call: { caller: toneCaller({ durationMs: 3000, frequencyHz: 440 }) },
      },
    );
    await ready(it);
    const bytes = tone(440, 24_000, 1500);
    for (let at = 0; at < bytes.length; at += 1777) {
      it.service.link.host.audio('r1', 'a', bytes.slice(at, at + 1777));
    }
    it.service.link.host.replyDone('r1', 'done');
    await it.clock.advance(3000);
    const heard = it.recorder.heardPieces.flatMap(({ bytes: piece }) => [...piece].map(linear));
    const middle = heard.filter((sample, at) => sample !== 0 || heard[at + 1] !== 0).slice(800, 8800);
    const told = measure(middle, 8000);
    expect(told.hertz).toBeGreaterThan(435);
    expect(told.hertz).toBeLessThan(445);
    expect(told.level).toBeGreaterThan(7200);
    expect(told.level).toBeLessThan(8800);
    // The largest step of such a sine at 8 kHz, and the rounding of mu-law.
    expect(told.step).toBeLessThan(8000 * 2 * Math.PI * (440 / 8000) * 1.25);
    const caller = int16(it.service.link.audio).slice(24_000, 48_000);
    const got = measure(caller, 24_000);
    expect(got.hertz).toBeGreaterThan(430);
    expect(got.hertz).toBeLessThan(450);
    expect(got.step).toBeLessThan(got.level * 2 * Math.PI * (440 / 24_000) * 1.5);
    it.call.hangup();
    await finish(it);
  });

  test('of a service that sends in real time in pieces of 20 ms plays without an underrun', async () => {
    const it = bridged({}, { latencyMs: 60 });
    await ready(it);
    it.service.link.reply('r1', 4000, { byte: 0x11, chunkMs: 20, everyMs: 20 });
    await it.clock.advance(6000);
    expect(it.recorder.heardMs(0x11)).toBe(4000);
    it.call.hangup();
    expect((await finish(it)).underruns).toBe(0);
  });

  test('of a service that sends longer pieces has no gap from its second reply on', async () => {
    const it = bridged();
    await ready(it);
    it.service.link.reply('r1', 2000, { byte: 0x11, chunkMs: 100, everyMs: 104 });
    await it.clock.advance(4000);
    const before = it.recorder.messages.filter(({ text }) => text.includes('"playback_completed"')).length;
    it.service.link.reply('r2', 2000, { byte: 0x22, chunkMs: 100, everyMs: 104 });
    await it.clock.advance(4000);
    const after = it.recorder.messages.filter(({ text }) => text.includes('"playback_completed"')).length;
    expect(before).toBeGreaterThan(1);
    expect(after - before).toBe(1);
    it.call.hangup();
    await finish(it);
  });

  test('of three minutes generated in two seconds starts at once, is buffered up to the limit, and delays no frame of the caller', async () => {
    const it = bridged(
      { limits: { maxQueuedMs: 60_000 } },
      { call: { caller: toneCaller({ durationMs: 5000 }) } },
    );
    await ready(it);
    const { link } = it.service;
    const from = link.audio.length;
    link.reply('r1', 180_000, { byte: 0x11, chunkMs: 4500, everyMs: 50, done: false });
    await it.clock.advance(2000);
    expect(Math.abs((link.audio.length - from) / 8 - 2000)).toBeLessThanOrEqual(40);
    expect(serviceCalls(it, 'cancel').map(({ replyId }) => replyId)).toEqual(['r1']);
    await it.clock.advance(70_000);
    const heardMs = it.recorder.heardMs(0x11);
    expect(heardMs).toBeGreaterThanOrEqual(60_000);
    expect(heardMs).toBeLessThanOrEqual(63_000);
    link.host.replyDone('r1', 'cancelled');
    it.session.tell('next', { reply: true });
    expect(serviceCalls(it, 'ask')).toHaveLength(1);
    it.call.hangup();
    await finish(it);
  });
});

describe('a reply whose audio stops arriving without its end', () => {
  test('is ended after replyMs, cancelled and requested again, so that the caller does not wait for the rest', async () => {
    const it = bridged({ limits: { replyMs: 3000 } });
    await ready(it);
    const problems: string[] = [];
    it.session.on('problem', ({ code }) => problems.push(code));
    const { link } = it.service;
    link.reply('r1', 5000, { byte: 0x11, done: false });
    await it.clock.advance(7900);
    // The audio that was sent at once has been heard, and the service had 3 s for more.
    expect(it.recorder.heardMs(0x11)).toBe(5000);
    expect(serviceCalls(it, 'cancel')).toEqual([]);
    link.host.audio('r1', 'r1-1', new Uint8Array(800).fill(0x11));
    await it.clock.advance(2900);
    expect(serviceCalls(it, 'cancel')).toEqual([]);
    await it.clock.advance(200);
    expect(serviceCalls(it, 'cancel').map(({ replyId }) => replyId)).toEqual(['r1']);
    expect(problems).toEqual(['REPLY_STALLED']);
    link.host.replyDone('r1', 'cancelled');
    await it.clock.advance(500);
    expect(serviceCalls(it, 'ask')).toHaveLength(1);
    link.reply('r2', 500, { byte: 0x22 });
    await it.clock.advance(1000);
    expect(it.recorder.heardMs(0x11)).toBe(5100);
    expect(it.recorder.heardMs(0x22)).toBe(500);
    it.call.hangup();
    await finish(it);
  });

  test('does not hold up the end of the call', async () => {
    const it = bridged({ limits: { replyMs: 3000 } });
    await ready(it);
    it.service.link.reply('r1', 1000, { byte: 0x11, done: false });
    it.session.end();
    await it.clock.advance(2900);
    expect(it.session.state).toBe('ending');
    expect(await finish(it)).toMatchObject({
      path: 'success',
      durationMs: expect.toSatisfy((ms) => ms < 6000),
    });
  });

  test('is left alone while it is still playing', async () => {
    const it = bridged({ limits: { replyMs: 3000 } });
    await ready(it);
    const { link } = it.service;
    link.reply('r1', 20_000, { byte: 0x11, done: false });
    await it.clock.advance(19_000);
    expect(serviceCalls(it, 'cancel')).toEqual([]);
    link.host.replyDone('r1', 'done');
    await it.clock.advance(20_000);
    expect(serviceCalls(it, 'cancel')).toEqual([]);
    expect(serviceCalls(it, 'ask')).toEqual([]);
    it.call.hangup();
    await finish(it);
  });
});

describe('a greeting', () => {
  test('as audio starts within 50 ms of opened although the service needs 2 s, and is added to the history of the model', async () => {
    const it = bridged(
      { greeting: { audio: new Uint8Array(12_000).fill(0x33), text: 'Good evening.' } },
      { service: { connectMs: 2000 } },
    );
    await it.clock.advanceUntil(() => it.call.state === 'open');
    await it.clock.advance(50);
    const eventAt = (type: string) =>
      it.recorder.messages.find(({ text }) => text.includes(`"type":"${type}"`))?.t;
    expect((eventAt('playback_started') ?? Number.NaN) - (eventAt('opened') ?? 0)).toBeLessThanOrEqual(50);
    await ready(it);
    expect(it.service.link.start.history).toEqual([{ who: 'bot', text: 'Good evening.' }]);
    await it.clock.advance(1000);
    expect(serviceCalls(it, 'ask')).toEqual([]);
    it.call.hangup();
    await finish(it);
  });
});

describe('an interruption', () => {
  test('truncates neither a reply without audio yet, nor one that was restored as text', async () => {
    const it = bridged();
    await ready(it);
    const first = it.service.link;
    first.reply('r1', 3000, { byte: 0x11, text: 'For how many people, please?', done: false });
    await it.clock.advance(500);
    first.drop();
    await it.clock.advanceUntil(() => it.service.links.length === 2);
    const { link } = it.service;
    link.host.replyStarted('r2');
    link.host.text('bot', 'Sorry', { final: false, replyId: 'r2' });
    link.host.speech('start');
    expect(serviceCalls(it, 'truncate')).toEqual([]);
    it.call.hangup();
    await finish(it);
  });

  test('truncates a part whose audio is interleaved with another one once, at all of its heard audio', async () => {
    const it = bridged();
    await ready(it);
    const { host } = it.service.link;
    for (const part of ['a', 'b', 'a']) host.audio('r1', part, new Uint8Array(8000).fill(0x11));
    await it.clock.advance(2500);
    host.speech('start');
    const cuts = serviceCalls(it, 'truncate');
    expect(cuts.map(({ part }) => part)).toEqual(['a']);
    expect(Math.abs((cuts[0]?.ms ?? 0) - 1500)).toBeLessThanOrEqual(40);
    it.call.hangup();
    await finish(it);
  });

  test('by call.stop() of the bot is reported to the service like any other, and the next reply can be requested', async () => {
    const it = bridged({
      tools: { hush: { description: '', run: (_args, { call }) => void call.stop(), reply: 'none' } },
    });
    await ready(it);
    const { link } = it.service;
    link.reply('r1', 5000, { byte: 0x11, done: false });
    await it.clock.advance(1000);
    link.host.toolCall('1', 'hush', '{}');
    await it.clock.advance(100);
    link.host.audio('r1', 'r1-1', new Uint8Array(8000).fill(0x11));
    await it.clock.advance(2000);
    expect(it.recorder.heardMs(0x11)).toBeLessThan(1200);
    expect(serviceCalls(it, 'cancel').map(({ replyId }) => replyId)).toEqual(['r1']);
    expect(
      Math.abs((serviceCalls(it, 'truncate')[0]?.ms ?? 0) - it.recorder.heardMs(0x11)),
    ).toBeLessThanOrEqual(20);
    link.host.replyDone('r1', 'cancelled');
    it.session.tell('next', { reply: true });
    expect(serviceCalls(it, 'ask')).toHaveLength(1);
    it.call.hangup();
    await finish(it);
  });
});

describe('outputs of tools', () => {
  test.each([
    ['TypeBox', Type.Object({ reservation: Type.String({ maxLength: 5 }) })],
    ['a Standard Schema', z.object({ reservation: z.string().max(5) })],
  ])('are checked against the outputs of the bot, as %s, at once', async (_, outputs) => {
    const faults: unknown[] = [];
    const attempt = tool({
      description: '',
      parameters: Type.Object({ name: Type.String(), value: Type.Unknown() }),
      run({ name, value }, { outputs: bag }) {
        try {
          bag.set(name, value as string);
        } catch (error) {
          faults.push((error as RealtimeError).code);
        }
      },
    });
    const it = bridged({ tools: { attempt } }, { bot: { outputs } as never });
    await ready(it);
    const { link } = it.service;
    const calls = [
      ['reservaton', 'R-7'],
      ['reservation', 'far too long'],
      ['reservation', 7],
      ['reservation', 'R-7'],
    ];
    for (const [nth, [name, value]] of calls.entries()) {
      link.host.toolCall(`${nth}`, 'attempt', JSON.stringify({ name, value }));
    }
    await it.clock.settle();
    expect(faults).toEqual(['SERVER_BAD_OUTPUT', 'SERVER_BAD_OUTPUT', 'SERVER_BAD_OUTPUT']);
    it.session.end();
    expect(await finish(it)).toMatchObject({ path: 'success', outputs: { reservation: 'R-7' } });
  });

  test('of the session itself are omitted if the bot does not declare them', async () => {
    const outputs = Type.Object(
      { reservation: Type.Optional(Type.String()) },
      { additionalProperties: false },
    );
    const it = bridged({ limits: { callMs: 2000 } }, { bot: { outputs } as never });
    expect(await finish(it)).toMatchObject({ path: 'success', outputs: {} });
  });

  test('are part of the failure path if the service is lost', async () => {
    const gone = new RealtimeError('SERVICE_LOST', 'gone');
    const keep = {
      description: '',
      run: (_: unknown, { outputs }: never) => (outputs as Map<string, string>).set('name', 'Ada'),
    };
    const it = bridged(
      { tools: { keep: keep as never } },
      { service: { refuse: (nth) => (nth === 1 ? undefined : gone) } },
    );
    await ready(it);
    it.service.link.host.toolCall('1', 'keep', '{}');
    await it.clock.settle();
    it.service.link.drop();
    expect(await finish(it)).toMatchObject({ path: 'failure', discardedOutputs: { name: 'Ada' } });
  });
});

describe('a session', () => {
  test('requests a second reply only after the first is done', async () => {
    const it = bridged({ tools: { book: { description: '', run: () => 'booked' } } });
    await ready(it);
    const { link } = it.service;
    it.session.tell('one', { reply: true });
    link.host.toolCall('1', 'book', '{}');
    it.session.tell('two', { reply: true });
    await it.clock.settle();
    expect(serviceCalls(it, 'ask')).toHaveLength(1);
    link.host.replyStarted('r1');
    await it.clock.settle();
    expect(serviceCalls(it, 'ask')).toHaveLength(1);
    link.reply('r1', 200);
    expect(serviceCalls(it, 'ask')).toHaveLength(2);
    it.call.hangup();
    await finish(it);
  });

  test('reports no keys while a tool collects digits, and reports later keys', async () => {
    let pin = '';
    const it = bridged({
      tools: {
        pin: {
          description: '',
          async run(_args, { call }) {
            pin = (await call.collectDigits({ end: '#' })).digits;
          },
        },
      },
    });
    await ready(it);
    it.service.link.host.toolCall('1', 'pin', '{}');
    await it.clock.advance(100);
    await it.clock.run(it.call.sendDtmf('12#'));
    await it.clock.advance(2000);
    expect(pin).toBe('12');
    expect(serviceCalls(it, 'text')).toEqual([]);
    await it.clock.run(it.call.sendDtmf('9'));
    await it.clock.advance(2000);
    expect(serviceCalls(it, 'text').map(({ text }) => text)).toEqual([
      'The caller pressed on the telephone: 9',
    ]);
    it.call.hangup();
    await finish(it);
  });

  test('keeps its call alive while the bot only listens', async () => {
    const it = bridged({}, { bot: { timers: { idleMs: 3000 } } });
    await ready(it);
    await it.clock.advance(10_000);
    expect(it.call.state).toBe('open');
    it.call.hangup();
    await finish(it);
  });

  test('fills a hold with silence, so that the detector of the service ends the turn', async () => {
    const it = bridged({}, { call: { caller: toneCaller({ durationMs: 30_000 }) } });
    await ready(it);
    await it.clock.advance(1000);
    const before = it.service.link.audio.length;
    it.call.hold();
    await it.clock.advance(3000);
    const silence = it.service.link.audio.subarray(before + 800);
    expect(silence.length / 8).toBeGreaterThanOrEqual(2500);
    expect(new Set(silence)).toEqual(new Set([0xff]));
    it.call.unhold();
    await it.clock.advance(500);
    it.call.hangup();
    await finish(it);
  });

  test('drops the oldest audio if the socket of the service is slow, and is not late afterwards', async () => {
    const it = bridged({}, { call: { caller: toneCaller({ durationMs: 10_000 }) } });
    await ready(it);
    const { link } = it.service;
    link.bufferedBytes = 262_145;
    await it.clock.advance(2000);
    const before = link.audio.length;
    link.bufferedBytes = 0;
    await it.clock.advance(1000);
    expect((link.audio.length - before) / 8).toBeLessThanOrEqual(1040);
    expect(it.session.stats.inputDroppedMs).toBeGreaterThanOrEqual(1960);
    it.call.hangup();
    await finish(it);
  });

  test.each(['done', 'failed'] as const)(
    'whose replies are empty or fail (%s) is asked again with pauses, then the call takes the failure path',
    async (how) => {
      const it = bridged({ limits: { replyMs: 2000 } });
      await ready(it);
      const problems: string[] = [];
      it.session.on('problem', ({ code }) => problems.push(code));
      const { host } = it.service.link;
      const problem = { code: 'server_error', message: 'no', fatal: false };
      let replies = 0;
      const fail = () => {
        host.replyStarted(`r${replies}`);
        host.replyDone(`r${replies}`, how, how === 'failed' ? problem : undefined);
        replies += 1;
      };
      host.speech('start');
      host.speech('end');
      const startedMs = it.clock.now();
      fail();
      for (const asked of [1, 2, 3]) {
        await it.clock.advanceUntil(() => serviceCalls(it, 'ask').length === asked);
        fail();
      }
      expect(it.clock.now() - startedMs).toBeGreaterThanOrEqual(2000);
      expect(problems.filter((code) => code !== 'server_error')).toEqual(['SERVICE_SILENT']);
      // The caller has spoken: nobody asks whether they are there.
      expect(serviceCalls(it, 'text')).toEqual([]);
      const result = await finish(it);
      expect(it.clock.now() - startedMs).toBeGreaterThanOrEqual(4000);
      expect(JSON.stringify(result)).toContain('the voice service does not answer');
      await expect(it.session.result).rejects.toMatchObject({ reason: 'SERVICE_SILENT' });
      expect(serviceCalls(it, 'ask')).toHaveLength(3);
    },
  );

  test.each([
    ['in half a second', undefined, 500],
    ['after the time that the service names', 1200, 1200],
    ['after replyMs if the service names a long time', 60_000, 8000],
  ])('that fails is requested again %s', async (_, retryAfterMs, pauseMs) => {
    const it = bridged({ limits: { replyMs: 8000 } });
    await ready(it);
    const { host } = it.service.link;
    it.session.tell('The table is free.', { reply: true });
    const problem = { code: 'rate_limit_exceeded', message: 'no', fatal: false };
    const fail = (id: string) => {
      host.replyStarted(id);
      host.replyDone(id, 'failed', retryAfterMs === undefined ? problem : { ...problem, retryAfterMs });
    };
    fail('r1');
    await it.clock.advance(pauseMs - 10);
    expect(serviceCalls(it, 'ask')).toHaveLength(1);
    await it.clock.advance(20);
    expect(serviceCalls(it, 'ask')).toHaveLength(2);
    it.call.hangup();
    await finish(it);
  });

  test.each([
    ['once', undefined, 1],
    ['three times if the service names the time', 1200, 3],
  ])('that goes on failing is requested again %s, then after replyMs', async (_, retryAfterMs, times) => {
    const it = bridged({ limits: { replyMs: 8000 } });
    await ready(it);
    const { host } = it.service.link;
    it.session.tell('The table is free.', { reply: true });
    const problem = { code: 'rate_limit_exceeded', message: 'no', fatal: false };
    for (let nth = 0; nth <= times; nth++) {
      if (nth > 0) await it.clock.advance(retryAfterMs ?? 500);
      expect(serviceCalls(it, 'ask')).toHaveLength(1 + nth);
      host.replyStarted(`r${nth}`);
      host.replyDone(
        `r${nth}`,
        'failed',
        retryAfterMs === undefined ? problem : { ...problem, retryAfterMs },
      );
    }
    await it.clock.advance(7900);
    expect(serviceCalls(it, 'ask')).toHaveLength(1 + times);
    await it.clock.advance(200);
    expect(serviceCalls(it, 'ask')).toHaveLength(2 + times);
    it.call.hangup();
    await finish(it);
  });

  test('that fails is not requested again if the caller speaks meanwhile', async () => {
    const it = bridged();
    await ready(it);
    const { host } = it.service.link;
    it.session.tell('The table is free.', { reply: true });
    host.replyStarted('r1');
    host.replyDone('r1', 'failed');
    await it.clock.advance(100);
    host.speech('start');
    await it.clock.advance(2000);
    host.speech('end');
    await it.clock.advance(2000);
    expect(serviceCalls(it, 'ask')).toHaveLength(1);
    it.call.hangup();
    await finish(it);
  });

  test('that replies again before it counts as silent for the second time starts from the beginning', async () => {
    const it = bridged({ limits: { replyMs: 2000 } });
    await ready(it);
    const { link } = it.service;
    const miss = async () => {
      link.host.speech('start');
      link.host.speech('end');
      // It does not reply to the caller, nor to the repeated request.
      await it.clock.advance(4100);
    };
    await miss();
    link.reply('r1', 500);
    await it.clock.advance(1000);
    await miss();
    expect(it.session.state).not.toBe('closed');
    // Nor to the third request and its repetition, whatever the caller says in between.
    await it.clock.advance(1000);
    await miss();
    expect(it.session.state).toBe('closed');
    await expect(it.session.result).rejects.toMatchObject({ reason: 'SERVICE_SILENT' });
    await finish(it);
  });

  test("that does not reply is left to the bot's own `onSilence`, if it is a function", async () => {
    const silences: number[] = [];
    const it = bridged({ limits: { replyMs: 2000 }, onSilence: (_session, nth) => silences.push(nth) });
    await ready(it);
    for (const nth of [1, 2, 3]) {
      it.service.link.host.speech('start');
      it.service.link.host.speech('end');
      await it.clock.advance(4100);
      expect(silences).toHaveLength(nth);
    }
    expect(silences).toEqual([1, 2, 3]);
    it.call.hangup();
    expect(await finish(it)).toMatchObject({ path: 'disconnected' });
  });

  test("that does not reply ends the call on the failure path at once with `onSilence: 'end'`", async () => {
    const it = bridged({ limits: { replyMs: 2000 }, onSilence: 'end' });
    await ready(it);
    it.service.link.host.speech('start');
    it.service.link.host.speech('end');
    await it.clock.advance(4100);
    await expect(it.session.result).rejects.toMatchObject({ reason: 'SERVICE_SILENT' });
    expect(await finish(it)).toMatchObject({ path: 'failure' });
  });

  test('counts in the metrics of the bot, by the name of the service', async () => {
    const it = bridged();
    await ready(it);
    const { link } = it.service;
    expect(it.bot.metrics()).toContain('hookline_realtime_sessions{service="scripted"} 1');
    link.host.speech('start', 0);
    link.host.speech('end', 100);
    await it.clock.advance(300);
    link.reply('r1', 5000, { byte: 0x11, done: false });
    await it.clock.advance(1000);
    link.host.speech('start');
    link.host.audio('r1', 'r1-1', new Uint8Array(800));
    link.host.usage({ input: 3 });
    await it.clock.advance(100);
    it.call.hangup();
    await finish(it);
    const text = it.bot.metrics();
    for (const line of [
      'hookline_realtime_sessions{service="scripted"} 0',
      'hookline_realtime_interruptions_total{service="scripted",by="service"} 1',
      'hookline_realtime_late_audio_ms_total{service="scripted"} 100',
      'hookline_realtime_tokens_total{service="scripted",kind="input"} 3',
      'hookline_realtime_connect_seconds_count{service="scripted"} 1',
      'hookline_realtime_reply_seconds_count{service="scripted",from="service"} 1',
      'hookline_realtime_reply_heard_seconds_count{service="scripted",from="service"} 1',
      'hookline_realtime_heard_ratio_count{service="scripted"} 1',
      'hookline_server_reply_seconds_count 1',
    ]) {
      expect(text).toContain(line);
    }
  });

  test('runs tools and listeners in the async context of the handler', async () => {
    const store = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const it = bridged(
      {
        tools: { look: { description: '', run: () => void seen.push(store.getStore()) } },
        dtmf: () => void seen.push(store.getStore()),
      },
      { around: (run) => store.run('of the handler', run) },
    );
    await ready(it);
    it.session.on('tool', () => seen.push(store.getStore()));
    it.service.link.host.toolCall('1', 'look', '{}');
    await it.clock.settle();
    await it.clock.run(it.call.sendDtmf('1'));
    await it.clock.settle();
    expect(seen[0]).toBe('of the handler');
    expect(seen.at(-1)).toBe('of the handler');
    it.call.hangup();
    await finish(it);
  });
});
