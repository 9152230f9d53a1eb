import { createServer } from 'node:http';
import { VirtualClock } from '@hookline/runtime';
import { describe, expect, it } from 'vitest';
import {
  type BotOptions,
  type Call,
  type CallFacts,
  CallFailure,
  createBot,
  createRouter,
} from '../src/index.js';
import { ScriptedClient } from '../src/testing/index.js';

const AUTH = { key: null };
const bot = () => createBot({ auth: AUTH }, async () => {});

/** Calls as code without types would make them. */
function untyped(callee: unknown, target: unknown, ...args: unknown[]): unknown {
  if (typeof callee !== 'function') throw new Error('not a function');
  return Reflect.apply(callee, target, args);
}

const MADE: Readonly<Record<string, [() => unknown, string]>> = {
  createBot: [
    () => untyped(createBot, undefined, { auth: AUTH, patth: '/' }, () => {}),
    'createBot: unknown option `patth`; did you mean `path`?',
  ],
  timers: [
    () => untyped(createBot, undefined, { auth: AUTH, timers: { openMS: 1 } }, () => {}),
    'createBot: timers: unknown option `openMS`; did you mean `openMs`?',
  ],
  limits: [
    () => untyped(createBot, undefined, { auth: AUTH, limits: { maxSession: 1 } }, () => {}),
    'did you mean `maxSessions`?',
  ],
  listen: [
    () => untyped(bot().listen, undefined, 0, { hots: 'x' }),
    'listen: unknown option `hots`; did you mean `host`?',
  ],
  'listen, tls': [
    () => untyped(bot().listen, undefined, 0, { tls: { key: 'x', certt: 'x' } }),
    'did you mean `cert`?',
  ],
  'listen, handleSignals': [
    () => untyped(bot().listen, undefined, 0, { handleSignals: { drainMS: 1 } }),
    'did you mean `drainMs`?',
  ],
  attach: [
    () => untyped(bot().attach, undefined, createServer(), { pth: '/' }),
    'attach: unknown option `pth`; did you mean `path`?',
  ],
  drain: [() => untyped(bot().drain, undefined, { timeout: 1 }), 'did you mean `timeoutMs`?'],
  inject: [
    () => untyped(bot().inject, undefined, { url: '/', headers: {}, latencyMS: 1 }),
    'did you mean `latencyMs`?',
  ],
  router: [
    () => {
      const router = createRouter();
      return untyped(router.bot, router, 'a', { input: {} }, () => {});
    },
    'did you mean `inputs`?',
  ],
};

const CALLED: Readonly<Record<string, [(call: Call) => unknown, string]>> = {
  play: [
    (call) => untyped(call.play, call, new Uint8Array(1), { bargein: true }),
    'play: unknown option `bargein`; did you mean `bargeIn`?',
  ],
  say: [
    (call) => untyped(call.say, call, 'x', { synth: () => new Uint8Array(1), formt: 'L16' }),
    'did you mean `format`?',
  ],
  turn: [(call) => untyped(call.turn, call, { disposition: 'match', txt: 'x' }), 'did you mean `text`?'],
  onSpeech: [(call) => untyped(call.onSpeech, call, {}, { bargin: true }), 'did you mean `bargeIn`?'],
  'listeners of onSpeech': [(call) => untyped(call.onSpeech, call, { strat() {} }), 'did you mean `start`?'],
  collectDigits: [(call) => untyped(call.collectDigits, call, { timeoutMS: 1 }), 'did you mean `timeoutMs`?'],
  complete: [(call) => untyped(call.complete, call, {}, { imediate: true }), 'did you mean `immediate`?'],
  stream: [
    (call) => untyped(call.stream, call, { maxMS: 1 }),
    'stream: unknown option `maxMS`; did you mean `maxMs`?',
  ],
  'stream, write': [
    (call) => untyped(call.stream().write, call.stream(), new Uint8Array(1), { marks: 'x' }),
    'did you mean `mark`?',
  ],
  fail: [(call) => untyped(call.fail, call, 'x', { imediate: true }), 'did you mean `immediate`?'],
};

async function runBot(handler: (call: Call) => unknown, options: Partial<BotOptions> = {}) {
  const clock = new VirtualClock();
  const made = createBot({ auth: AUTH, clock, ...options }, async (call) => void (await handler(call)));
  const client = await clock.run(ScriptedClient.dial(made, { clock, apiKey: 'key' }));
  client.open();
  await clock.advanceUntil(() => client.types.includes('disconnect'));
  return client;
}

describe('createBot', () => {
  it.each<[object, string]>([
    [{ unauthorized: 5 }, 'unauthorized is 5; expected "http" or "disconnect".'],
    [{ l16ByteOrder: 'LE' }, 'l16ByteOrder is "LE"; expected "le" or "be".'],
    [{ path: 5 }, 'path is 5; expected a path such as'],
    [{ authority: 5 }, 'authority is 5; expected a host'],
    [{ auth: 5 }, 'auth is a number; expected'],
    [{ nonces: {} }, 'nonces has no method remember; expected'],
    [{ limits: { maxSessions: 0 } }, 'limits.maxSessions is 0; expected'],
    [{ timers: { openMs: -1 } }, 'timers.openMs is -1; expected'],
    [{ holdCallerAudioMs: -1 }, 'holdCallerAudioMs is -1; expected a number from 0 to 60000.'],
  ])('says that it is what refuses the option: %j', (options, message) => {
    expect(() => untyped(createBot, undefined, { auth: AUTH, ...options }, () => {})).toThrow(
      expect.objectContaining({
        code: 'SERVER_BAD_OPTION',
        message: expect.stringContaining(`createBot: ${message}`),
      }),
    );
  });
});

describe('an unknown option', () => {
  it.each(Object.entries(MADE))('is refused with the one that was meant: %s', async (_, [act, message]) => {
    const refused = (async () => act())();
    await expect(refused).rejects.toMatchObject({
      code: 'SERVER_BAD_OPTION',
      message: expect.stringContaining(message),
    });
  });

  it.each(Object.entries(CALLED))('is refused on a call: %s', async (_, [act, message]) => {
    let caught: unknown;
    await runBot(async (call) => {
      try {
        await act(call);
      } catch (error) {
        caught = error;
      }
    });
    expect(caught).toMatchObject({ code: 'SERVER_BAD_OPTION', message: expect.stringContaining(message) });
  });
});

describe('onError', () => {
  it('receives what a handler threw, and in which call, but not a CallFailure', async () => {
    const told: [unknown, CallFacts][] = [];
    const onError: BotOptions['onError'] = (...args) => void told.push(args);
    const error = new TypeError('db down');
    const client = await runBot(() => Promise.reject(error), { onError });
    expect(told).toEqual([[error, expect.objectContaining({ id: client.id })]]);
    await runBot(() => Promise.reject(new CallFailure('meant')), { onError });
    expect(told).toHaveLength(1);
  });

  it('may throw itself', async () => {
    const onError = () => {
      throw new Error('again');
    };
    const client = await runBot(() => Promise.reject(new Error('boom')), { onError });
    expect(client.last('disconnect')?.parameters.info).toBe('internal error of the bot');
  });
});
