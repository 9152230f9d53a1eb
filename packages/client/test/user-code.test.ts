import { VirtualClock } from '@hookline/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  atMoment,
  type CallAudioConnectorOptions,
  callAudioConnector,
  hangUpWhenIdle,
  recordEvents,
  sayInTurn,
  watchBotSilence,
} from '../src/index.js';
import { guardedTransport } from '../src/session/guarded-transport.js';
import { ScriptedServer } from '../src/testing/index.js';
import { audio, integration, scriptedCall } from './scripted-call.js';

const uncaughtErrors: unknown[] = [];
const note = (error: unknown) => uncaughtErrors.push(error);

beforeEach(() => {
  uncaughtErrors.length = 0;
  process.on('unhandledRejection', note);
  process.on('uncaughtException', note);
});
afterEach(() => {
  process.off('unhandledRejection', note);
  process.off('uncaughtException', note);
});

const thrown = () => {
  throw new Error('not my day');
};
const rejected = () => Promise.reject(new Error('not my day either'));
const thenableResolvingTwice = () => ({
  // biome-ignore lint/suspicious/noThenProperty: the test needs a thenable that resolves twice.
  then(resolve: (value: unknown) => void, reject: (error: unknown) => void) {
    reject(new Error('once'));
    resolve('and again');
    throw new Error('and thrown');
  },
});
const hangs = () => new Promise(() => {});
const junk = () => Symbol('junk');
const behaviours = { thrown, rejected, thenableResolvingTwice, hangs, junk } as const;

type Options = Partial<CallAudioConnectorOptions>;
const source = (next: () => unknown, end: () => unknown = () => ({ done: true, value: undefined })) =>
  ({ [Symbol.asyncIterator]: () => ({ next, return: end }) }) as never;
const logger = (act: () => unknown) => ({ debug: act, info: act, warn: act, error: act }) as never;

const KINDS: Readonly<Record<string, (act: () => unknown) => Options>> = {
  'a source whose next is': (act) => ({ caller: source(act) }),
  'a source whose return is': (act) => ({ caller: source(hangs, act) }),
  'a source whose iterator is': (act) => ({ caller: { [Symbol.asyncIterator]: act } as never }),
  'a sink whose event is': (act) => ({ sink: { event: act } }),
  'a sink whose audio is': (act) => ({ sink: { event() {}, audio: act } }),
  'a sink whose heard is': (act) => ({ sink: { event() {}, heard: act } }),
  'a logger that is': (act) => ({ logger: logger(act), sink: { event: thrown } }),
  'an input that is': (act) => ({ inputs: { a: act } }),
  'a Connector ID that is': (act) => ({ connectorId: act }),
  'a dialler that is': (act) => ({ dial: act as never }),
  'a dialler with listeners and a transport that are': (act) => ({
    dial: (async ({ signal }: { signal: AbortSignal }) => {
      signal.addEventListener('abort', act as never);
      signal.onabort = act as never;
      const transport = {
        bufferedAmount: 0,
        listen: act,
        sendText: act,
        sendBinary: act,
        close: act,
        terminate: act,
      };
      return { transport, requestHead: '', responseHead: '', status: 101 };
    }) as never,
  }),
  'a signal that cannot be let go of and is': (act) => ({
    signal: Object.assign(new AbortController().signal, { removeEventListener: act }),
  }),
};

describe('user code', () => {
  const cases = Object.entries(KINDS).flatMap(([kind, make]) =>
    Object.entries(behaviours).map(([manner, act]) => ({ name: `${kind} ${manner}`, make, act })),
  );

  it.each(cases)('ends at most its own call: $name', async ({ make, act }) => {
    const other = scriptedCall();
    const { clock } = other;
    const server = new ScriptedServer(clock);
    const options = { integration, clock, dial: server.dial, inspectAudio: false, ...make(act) };
    const call = callAudioConnector(options);
    call.on('state', act as never);
    call.on('wire', act as never);
    let settled = '';
    void call.result.then(({ path }) => {
      settled = path;
    });
    await clock.advance(2000);
    call.hangup();
    await clock.advance(12_000);
    expect(settled).not.toBe('');
    let gone = false;
    void call.closed.then(() => {
      gone = true;
    });
    await clock.settle();
    expect(gone).toBe(true);
    expect(other.server.audio).toHaveLength(70);
    other.call.hangup();
    await clock.run(other.call.closed);
    await new Promise((resolve) => setImmediate(resolve));
    expect(uncaughtErrors).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it.each(Object.entries(behaviours))(
    'of a script does not affect the process, nor the call: %s',
    async (_, act) => {
      const { clock, server, call } = scriptedCall();
      const log = recordEvents(call, clock);
      log.subscribe(act);
      for (const from of ['opened', 1] as const) atMoment(call, clock, { from, afterMs: 100 }, act);
      await clock.settle();
      server.binary(audio(500));
      await clock.advance(2000);
      expect(call.state).toBe('open');
      call.hangup();
      await clock.run(call.closed);
      await new Promise((resolve) => setImmediate(resolve));
      expect(log.events.at(-1)?.name).toBe('ended');
      expect(uncaughtErrors).toEqual([]);
      expect(clock.pending).toBe(0);
    },
  );

  it('that makes the words of the caller fail lets the call end when it is idle', async () => {
    const { clock, call } = scriptedCall();
    const said = sayInTurn(call, clock, ['hello.wav' as never], { turnGapMs: 10 });
    hangUpWhenIdle(call, clock, said, 1000);
    expect(await clock.run(call.result)).toMatchObject({ path: 'disconnected', durationMs: 1010 });
    await expect(said).rejects.toThrow(/^source is "hello.wav"/);
    await new Promise((resolve) => setImmediate(resolve));
    expect(uncaughtErrors).toEqual([]);
  });

  it('gets an error at once for a time of a script that is no number', async () => {
    const { clock, call } = scriptedCall();
    const moment = { from: 'opened', afterMs: Number.NaN } as const;
    expect(() => atMoment(call, clock, moment, () => {})).toThrow(/^atMoment: moment\.afterMs is NaN/);
    for (const from of [0, -1, 1.5, Number.NaN, 'open', undefined])
      expect(() => atMoment(call, clock, { from: from as 1, afterMs: 0 }, () => {})).toThrow(
        /^atMoment: moment\.from is .*; expected 'opened' or a whole number of 1 or more/,
      );
    expect(() => hangUpWhenIdle(call, clock, Promise.resolve(), Number.NaN)).toThrow(
      /^hangUpWhenIdle: idleMs is NaN/,
    );
    await expect(watchBotSilence(call, clock).quietFor(Number.NaN)).rejects.toThrow(/^ms is NaN/);
  });

  it.each(Object.entries(behaviours))(
    'that a fault calls from a timer ends at most its own call: %s',
    async (_, act) => {
      const clock = new VirtualClock();
      const server = new ScriptedServer(clock);
      let called = 0;
      const stopReading = () => {
        called += 1;
        return act();
      };
      const call = callAudioConnector({
        integration,
        clock,
        faults: { stopReadingAfterMs: 1000 },
        dial: async (request) => {
          const dialled = await server.dial(request);
          return { ...dialled, transport: Object.assign(dialled.transport, { stopReading }) };
        },
      });
      await clock.run(call.closed);
      expect(called).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      expect(uncaughtErrors).toEqual([]);
      expect(clock.pending).toBe(0);
    },
  );

  it('does not block the process with an endless source of empty pieces', async () => {
    const { clock, server, call } = scriptedCall({
      caller: source(() => ({ done: false, value: new Uint8Array(0) })),
    });
    await clock.advance(1000);
    expect(server.audio).toHaveLength(5);
    call.hangup();
    await clock.run(call.closed);
  });

  it.each([
    [
      'inputs',
      { inputs: Object.defineProperty({}, 'a', { enumerable: true, get: thrown }) },
      /^inputs\.a: it cannot be read/,
    ],
    [
      'outputs',
      { outputs: Object.defineProperty([], '0', { enumerable: true, get: thrown }) },
      /^outputs\.0: it cannot/,
    ],
    [
      'timers',
      {
        timers: {
          get openedMs() {
            return thrown();
          },
        },
      },
      /^timers\.openedMs: it cannot/,
    ],
    ['logger', { logger: {} }, /^logger\.debug is nothing; expected a function/],
    [
      'faults',
      { faults: { jitterMs: Number.NaN } },
      /^faults\.jitterMs is NaN; expected a number of 0 or more/,
    ],
    ['shares', { faults: { dropPings: 2 } }, /^faults\.dropPings is 2; expected a number from 0 to 1/],
    [
      'a flood',
      { faults: { rateLimit: { everyMs: 0, retryAfterMs: 1 } } },
      /^faults\.rateLimit\.everyMs is 0/,
    ],
    [
      'a time that cannot be sent',
      { faults: { rateLimit: { everyMs: 100, retryAfterMs: 1e10 } } },
      /^faults\.rateLimit\.retryAfterMs is 10000000000; expected a number from 0 to 8640000000/,
    ],
    ['half a fault', { faults: { discard: { atMs: 5 } } }, /^faults\.discard\.ms is undefined/],
    ['no such fault', { faults: { jitter: 5 } }, /^faults\.jitter: there is no such option/],
    [
      'a bucket',
      { limits: { text: { perSecond: 5, burst: Number.POSITIVE_INFINITY } } },
      /^limits\.text\.burst is Infinity/,
    ],
    ['a timer', { timers: { openedMs: Number.NaN } }, /^timers\.openedMs is NaN; expected a number above 0/],
  ])('gets an error at construction for an unusable %s', (_, options, message) => {
    expect(() => scriptedCall(options as never)).toThrow(message);
  });

  it('may leave, throw in, or stop reading a loop over `botAudio`', async () => {
    const { clock, server, call } = scriptedCall();
    await clock.settle();
    const left: string[] = [];
    const loops = ['break', 'throw', 'hang'].map(async (way) => {
      for await (const _ of call.botAudio) {
        if (way === 'break') break;
        if (way === 'throw') throw new Error('enough');
        await hangs();
      }
    });
    for (const loop of loops) void loop.catch((error: Error) => left.push(error.message));
    let frames = 0;
    const reading = (async () => {
      for await (const _ of call.botAudio) frames += 1;
    })();
    server.binary(new Uint8Array(1600).fill(0x55));
    await clock.advance(1000);
    call.hangup();
    expect(await clock.run(call.result)).toMatchObject({ path: 'disconnected', heardMs: 200 });
    await clock.run(call.closed);
    await reading;
    expect(frames).toBeGreaterThan(0);
    expect(left).toEqual(['enough']);
    expect(clock.pending).toBe(0);
    expect(uncaughtErrors).toEqual([]);
  });

  it('ends a call before dialling with an aborted signal', async () => {
    const { clock, server, call } = scriptedCall({ signal: AbortSignal.abort() });
    expect(await clock.run(call.result)).toMatchObject({
      path: 'disconnected',
      reason: 'aborted',
      durationMs: 0,
    });
    await clock.run(call.closed);
    expect(server.requests).toEqual([]);
  });

  it.each(['addEventListener', 'aborted'])(
    'gets an error at once for a signal whose %s throws',
    async (name) => {
      const { signal } = new AbortController();
      Object.defineProperty(signal, name, { get: thrown });
      expect(() => scriptedCall({ signal })).toThrow(/^signal: adding a listener failed \(not my day\)/);
      await expect(integration.probe({ signal })).rejects.toThrow(/^signal: adding a listener failed/);
    },
  );

  it('gets an error at once for `faults` with a throwing property', () => {
    const faults = Object.defineProperty({}, 'seed', { enumerable: true, get: thrown });
    expect(() => scriptedCall({ faults })).toThrow(/^faults\.seed: it cannot be read \(not my day\)/);
  });

  it('gets an error at once for invalid arguments of `say`, `sendDtmf` and `on`', async () => {
    const { call } = scriptedCall();
    await expect(call.say('hello.wav' as never)).rejects.toThrow(/^source is "hello.wav"/);
    await expect(call.sendDtmf('1', { intervalMs: Number.NaN })).rejects.toThrow(/^intervalMs is NaN/);
    await expect(call.sendDtmf(5 as never)).rejects.toThrow(/^digits is 5/);
    expect(() => call.on('state', 5 as never)).toThrow(/^listener is 5/);
  });

  it('cannot change a call by modifying its options later', async () => {
    const outputs = ['a'];
    const errorTypes: Record<string, string> = {};
    const { clock, server, call } = scriptedCall({ outputs, errorTypes });
    await clock.settle();
    outputs[0] = 'b';
    Object.defineProperty(errorTypes, 'bot-error', { get: thrown });
    server.send('disconnect', { reason: 'completed', outputVariables: { a: '1' } });
    expect(await clock.run(call.result)).toMatchObject({ path: 'success', outputs: { a: '1' }, missing: [] });
  });

  it('is not affected by changes of the wall clock', async () => {
    const times: number[][] = [];
    for (const stepMs of [0, 3_600_000, -3_600_000]) {
      const { clock, server, call } = scriptedCall();
      await clock.advance(2500);
      clock.stepWall(stepMs);
      await clock.advance(20_000);
      clock.stepWall(-2 * stepMs);
      await clock.advance(20_000);
      times.push([...server.timesOf('ping'), ...server.audio.map(({ atMs }) => atMs)]);
      call.hangup();
      expect((await clock.run(call.result)).durationMs).toBe(42_500);
    }
    expect(times[1]).toEqual(times[0]);
    expect(times[2]).toEqual(times[0]);
  });

  it('gets a warning about an API key that cannot be entered in Genesys Cloud, without the key', async () => {
    const { defineIntegration } = await import('../src/index.js');
    const odd = defineIntegration({ baseConnectionUri: 'wss://bots.example', apiKey: 'my.key!' });
    const { clock, call } = scriptedCall({ integration: odd });
    await clock.settle();
    call.hangup();
    const [warning] = (await clock.run(call.result)).warnings;
    expect(warning?.message).toMatch(/API key contains characters/);
    expect(warning?.message).not.toContain('my.key');
    expect(await clock.run(odd.probe({ clock, dial: new ScriptedServer(clock).dial }))).toMatchObject({
      ok: true,
      problems: [{ fatal: false, text: expect.stringContaining('API key') }],
    });
  });
});

it('may end a connection before there is a listener; the first end counts', () => {
  let failed = 0;
  const sendText = () => {
    failed += 1;
    throw new Error(`failure ${failed}`);
  };
  const bare = { bufferedAmount: 0, listen() {}, sendBinary() {}, close() {}, terminate() {} };
  const transport = guardedTransport({ ...bare, sendText }, () => {});
  transport.sendText('a');
  transport.sendText('b');
  const ends: unknown[] = [];
  transport.listen({ text() {}, binary() {}, closed: (end) => ends.push(end) });
  expect([failed, ends]).toEqual([2, [{ code: 1006, reason: '', error: new Error('failure 1') }]]);
});

it('treats nothing as unsent on a connection without bufferedAmount', () => {
  const bare = { listen() {}, sendText() {}, sendBinary() {}, close() {}, terminate() {} };
  const throwing = {
    ...bare,
    get bufferedAmount(): number {
      throw new Error('unknown');
    },
  };
  expect(guardedTransport(throwing, () => {}).bufferedAmount).toBe(0);
});
