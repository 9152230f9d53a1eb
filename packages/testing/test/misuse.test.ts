import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualClock } from '@hookline/runtime';
import type { Bot, CallHandler } from '@hookline/server';
import { createBot } from '@hookline/server';
import { afterAll, describe, expect, it, vi } from 'vitest';
import {
  type BotTarget,
  inMemoryDial,
  type LinkedCallOptions,
  linkedCall,
  openTestCall,
  type TestCall,
  type TestCallAction,
  type TestCallOptions,
} from '../src/index.js';

const dir = mkdtempSync(join(tmpdir(), 'hookline-misuse-'));
afterAll(() => rmSync(dir, { recursive: true }));
const notWav = join(dir, 'text.wav');
writeFileSync(notWav, 'hello');

/** Values that no type allows, as from JavaScript. */
const untyped = <Value>(value: unknown) => value as Value;

const refusal = (message: string) =>
  expect.objectContaining({
    code: 'TESTING_BAD_OPTION',
    isUsage: true,
    message: expect.stringContaining(message),
  });

const speaks = () => async (call: Parameters<CallHandler>[0]) => {
  await call.play(new Uint8Array(40_000).fill(0x2a));
  return {};
};

describe('linkedCall', () => {
  it.each<[unknown, string]>([
    [undefined, 'linkedCall: handler is undefined; expected a function'],
    [
      async () => ({}),
      'linkedCall: handler returned a promise; expected a function that returns the handler: () => async (call) => {',
    ],
    [() => undefined, 'linkedCall: handler returned undefined; expected a function that returns the handler'],
    [() => 5, 'linkedCall: handler returned 5'],
  ])('refuses the handler %o', (handler, message) => {
    expect(() => linkedCall(untyped<typeof speaks>(handler))).toThrow(refusal(message));
  });

  it('does not report the error of a handler that was called in place of its factory twice', async () => {
    const handler = async () => {
      throw new Error('no call');
    };
    // An unhandled rejection would fail the test run.
    expect(() => linkedCall(untyped<typeof speaks>(handler))).toThrow(refusal('returned a promise'));
    await new VirtualClock().settle();
  });

  it.each<[object, string]>([
    [{ latency: 5 }, 'linkedCall: unknown option `latency`'],
    [{ clock: 5 }, 'linkedCall: clock is 5; expected a VirtualClock'],
    [{ clock: null }, 'linkedCall: clock is null; expected a VirtualClock'],
    [
      { clock: { now() {}, wall() {}, after() {} } },
      'linkedCall: clock is an object; expected a VirtualClock',
    ],
    [{ latencyMs: 'x' }, 'linkedCall: latencyMs is the string "x"'],
    [{ latencyMs: -1 }, 'linkedCall: latencyMs is -1'],
    [{ latencyMs: Number.NaN }, 'linkedCall: latencyMs is NaN'],
    [{ latencyMs: null }, 'linkedCall: latencyMs is null'],
    [{ dial: 5 }, 'linkedCall: dial is 5; expected a function'],
    [{ dial: () => undefined }, 'linkedCall: dial returned undefined; expected a function'],
    [{ bot: 5 }, 'linkedCall: bot is 5; expected an object'],
    [{ call: 'x' }, 'linkedCall: call is the string "x"; expected an object'],
  ])('refuses the options %o', (options, message) => {
    expect(() => linkedCall(speaks, untyped<LinkedCallOptions>(options))).toThrow(refusal(message));
  });
});

describe('inMemoryDial', () => {
  const bot = createBot({ auth: { k: null } }, async () => {});
  it.each<[unknown, unknown, string]>([
    [undefined, {}, 'inMemoryDial: bot is undefined; expected a bot of createBot'],
    [5, {}, 'inMemoryDial: bot is 5'],
    [async () => {}, {}, 'inMemoryDial: bot is a function'],
    [bot, { latencyMs: 'x' }, 'inMemoryDial: latencyMs is the string "x"'],
    [bot, { latencyMs: -1 }, 'inMemoryDial: latencyMs is -1'],
    [bot, { latencyMs: null }, 'inMemoryDial: latencyMs is null'],
  ])('refuses %o with %o', (given, options, message) => {
    expect(() => inMemoryDial(untyped<Bot>(given), untyped<{ latencyMs: number }>(options))).toThrow(
      refusal(message),
    );
  });
});

describe('openTestCall', () => {
  it.each<[unknown, string]>([
    [{}, 'expected { handler }, { bot } or { url }'],
    [{ handler: speaks, url: 'ws://h' }, 'openTestCall: target has handler and url; expected only one of'],
    [{ handler: 5 }, 'openTestCall: target.handler is 5; expected a function'],
    [{ handler: async () => ({}) }, 'openTestCall: target.handler returned a promise'],
    [{ handler: speaks, option: {} }, 'unknown option `option`; did you mean `options`?'],
    [{ bot: undefined }, 'openTestCall: target.bot is undefined; expected a bot of createBot'],
    [{ bot: 5 }, 'openTestCall: target.bot is 5'],
    [{ bot: {} }, 'openTestCall: target.bot is an object; expected a bot of createBot'],
    [{ bot: () => undefined }, 'openTestCall: target.bot returned undefined; expected a bot of createBot'],
    [{ bot: async () => ({}) }, 'openTestCall: target.bot returned an object; expected a bot of createBot'],
    [
      { bot: async () => ({ default: 5 }) },
      'openTestCall: target.bot returned a module whose default export is 5',
    ],
    [
      { bot: createBot({ auth: { k: null } }, async () => {}), clock: 5 },
      'openTestCall: target.clock is 5; expected a VirtualClock',
    ],
    [{ url: 5 }, 'openTestCall: target.url is 5; expected a string'],
    [{ url: 'ws://h', command: '' }, 'openTestCall: target.command is the string ""'],
    [{ url: 'ws://h', command: ['node'] }, 'openTestCall: target.command is an array'],
  ])('refuses the target %o', async (target, message) => {
    await expect(openTestCall(untyped<BotTarget>(target))).rejects.toEqual(refusal(message));
  });

  it('starts no command for a URL that cannot be dialled', async () => {
    const started = join(dir, 'started');
    const target = { url: 'localhost:8080', command: `touch ${started}; sleep 60` };
    await expect(openTestCall(target)).rejects.toMatchObject({ code: 'CLIENT_BAD_ARGUMENT' });
    expect(existsSync(started)).toBe(false);
  });

  it.each<[unknown, string]>([
    [null, 'openTestCall: action is null; expected an object'],
    [5, 'openTestCall: action is 5'],
  ])('refuses the action %o', async (action, message) => {
    await expect(openTestCall({ handler: speaks }, untyped<TestCallAction>(action))).rejects.toEqual(
      refusal(message),
    );
  });

  it.each<[unknown, string]>([
    [null, 'openTestCall: the options are nothing'],
    [{ withn: 5 }, 'unknown option `withn`; did you mean `within`?'],
    [{ within: 'x' }, 'openTestCall: within is the string "x"'],
    [{ within: -1 }, 'openTestCall: within is -1'],
    [{ within: null }, 'openTestCall: within is null'],
    [{ virtual: 'yes' }, 'openTestCall: virtual is the string "yes"; expected a boolean'],
    [{ traces: 5 }, 'openTestCall: traces is 5; expected the path'],
    [{ traces: '' }, 'openTestCall: traces is the string ""'],
  ])('refuses the options %o', async (options, message) => {
    await expect(openTestCall({ handler: speaks }, {}, untyped<TestCallOptions>(options))).rejects.toEqual(
      refusal(message),
    );
  });

  it('leaves no trace if the action is refused', async () => {
    const traces = join(dir, 'traces');
    const action = untyped<TestCallAction>({ conversationId: 'x' });
    await expect(openTestCall({ handler: speaks }, action, { traces })).rejects.toMatchObject({
      code: 'CLIENT_BAD_ARGUMENT',
    });
    expect(existsSync(traces) ? readdirSync(traces) : []).toEqual([]);
  });
});

describe('a test call', () => {
  type Misuse = (call: TestCall) => Promise<unknown>;
  const use =
    (
      method: 'say' | 'bargeIn' | 'dtmf' | 'wait' | 'ended' | 'expects' | 'meets',
      ...args: unknown[]
    ): Misuse =>
    (call) =>
      (Reflect.get(call, method) as (...args: unknown[]) => Promise<unknown>).apply(call, args);
  it.each<[string, Misuse]>([
    ['say: speech is undefined; expected the path of a WAV file', use('say', undefined)],
    ['say: speech is 5', use('say', 5)],
    ['say: speech is an object', use('say', {})],
    ['say: speech has no bytes', use('say', new Uint8Array(0))],
    [
      `say: ${JSON.stringify(join(dir, 'none.wav'))} cannot be played: ENOENT`,
      use('say', join(dir, 'none.wav')),
    ],
    [`say: ${JSON.stringify(notWav)} cannot be played: Not a WAV file`, use('say', notWav)],
    ['bargeIn: speech is null', use('bargeIn', null)],
    ['bargeIn: after is the string "x"', use('bargeIn', new Uint8Array(800), { after: 'x' })],
    ['bargeIn: after is -1', use('bargeIn', new Uint8Array(800), { after: -1 })],
    ['bargeIn: unknown option `aftr`', use('bargeIn', new Uint8Array(800), { aftr: 5 })],
    ['bargeIn: the options are nothing', use('bargeIn', new Uint8Array(800), null)],
    ['dtmf: digits is 5; expected a string', use('dtmf', 5)],
    ['dtmf: digits is the string ""', use('dtmf', '')],
    ['dtmf: digits is the string "12x"', use('dtmf', '12x')],
    ['dtmf: gap is -1', use('dtmf', '1', { gap: -1 })],
    ['dtmf: unknown option `gp`', use('dtmf', '1', { gp: 1 })],
    ['wait: ms is undefined', use('wait')],
    ['wait: ms is the string "1s"', use('wait', '1s')],
    ['wait: ms is -1', use('wait', -1)],
    ['wait: ms is Infinity', use('wait', Number.POSITIVE_INFINITY)],
    ['ended: within is -1', use('ended', { within: -1 })],
    ['ended: within is the string "x"', use('ended', { within: 'x' })],
    ['ended: unknown option `withn`', use('ended', { withn: 5 })],
    ['ended: the options are nothing', use('ended', null)],
    ['expects: within is NaN', use('expects', 'playback_completed', { within: Number.NaN })],
    [
      'expects: from is the string "middle"; expected "start" or "end"',
      use('expects', 'playback_completed', { from: 'middle' }),
    ],
    ['meets: unknown option `wihin`', use('meets', 'playback_completed', { wihin: 5 })],
    ['startsSpeaking: within is -1', (call) => call.bot.startsSpeaking({ within: -1 })],
    ['finishesSpeaking: unknown option `withn`', (call) => call.bot.finishesSpeaking(untyped({ withn: 5 }))],
  ])('refuses what it cannot do, and goes on: %s', async (message, misuse) => {
    const call = await openTestCall({ handler: speaks }, {}, { traces: join(dir, 'calls') });
    await expect(misuse(call)).rejects.toEqual(refusal(message));
    expect((await call.ended()).path).toBe('success');
    await call.finish();
  });

  it('stores its trace in a folder whose name no other of thousands in the same minute has', async () => {
    const call = await openTestCall({ handler: speaks }, {}, { traces: join(dir, 'calls') });
    expect(call.trace).toMatch(/-[0-9a-f]{12}$/);
    await call.finish();
  });

  it('that is over says so, whatever it is told to do', async () => {
    const call = await openTestCall({ handler: speaks }, {}, { traces: join(dir, 'calls') });
    await Promise.all([call.finish(), call.finish()]);
    for (const late of [use('say', new Uint8Array(800)), use('dtmf', '1'), use('expects', 'barge_in')])
      await expect(late(call)).rejects.toMatchObject({
        code: 'TESTING_NOT_MET',
        got: expect.stringContaining('the call was disconnected'),
      });
    expect((await call.hangup()).path).toBe('disconnected');
    await call.deleteTrace();
  });
});

describe('VirtualClock', () => {
  it('of another copy of the package is advanced by a test call', async () => {
    vi.resetModules();
    const runtime = await import('@hookline/runtime');
    const clock = new runtime.VirtualClock();
    expect(clock).not.toBeInstanceOf(VirtualClock);
    const bot = createBot({ auth: 'none', clock }, async (call) => {
      await call.play(new Uint8Array(8000).fill(0x2a));
    });
    const call = await openTestCall({ bot, clock }, {}, { traces: join(dir, 'copy') });
    await call.bot.finishesSpeaking();
    expect(clock.now()).toBeGreaterThanOrEqual(1000);
    await call.hangup();
    await call.deleteTrace();
  });

  it.each([undefined, null, 5])('refuses to run or hold %s, which is no promise', async (value) => {
    const clock = new VirtualClock();
    await expect(clock.run(untyped<Promise<void>>(value))).rejects.toThrow(
      /^VirtualClock.run: got .*; expected a promise/,
    );
    expect(() => clock.hold(untyped<Promise<void>>(value))).toThrow(
      /^VirtualClock.hold: got .*; expected a promise/,
    );
  });

  it('says that what it runs waits for something else than the clock', async () => {
    await expect(new VirtualClock().run(new Promise(() => {}))).rejects.toThrow(
      'VirtualClock.run: the promise has not settled and no timer is pending; give what waits in real time to hold()',
    );
  });
});
