import { VirtualClock } from '@hookline/runtime';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { botLog } from '../src/bot-log.js';
import { CallEmitter } from '../src/call/call-emitter.js';
import {
  type BotOptions,
  type Call,
  CallFailure,
  createBot,
  pcm16,
  type SpeechDetector,
  sequence,
} from '../src/index.js';
import { ScriptedClient } from '../src/testing/index.js';
import { audio, idle, openCall, SECRET, untilEnd } from './open-call.js';

/** Something that no look at it survives. */
const hostile = () =>
  new Proxy(new Error('hostile'), {
    get() {
      throw new Error('looked at');
    },
    has() {
      throw new Error('asked');
    },
    getPrototypeOf() {
      throw new Error('whose?');
    },
  });

/** What user code may do in place of its work. */
const FAILURES: Readonly<Record<string, () => unknown>> = {
  throws: () => {
    throw new Error('boom');
  },
  'throws late': async () => {
    await Promise.resolve();
    throw new Error('late boom');
  },
  'throws what cannot be looked at': () => {
    throw hostile();
  },
  'rejects with what cannot be looked at': () => Promise.reject(hostile()),
  'throws an error whose stack cannot be read': () => {
    throw Object.defineProperty(new Error('boom'), 'stack', {
      get() {
        throw new Error('no stack');
      },
    });
  },
  'gives a number': () => 5,
  'gives nothing': () => undefined,
  'gives an object without a use': () => ({ done: 'maybe', value: 'x' }),
  'gives an object that throws when read': () => hostile(),
  'gives a thenable that throws when read': () => ({
    // biome-ignore lint/suspicious/noThenProperty: what a bot in JavaScript may give.
    get then() {
      throw new Error('no then');
    },
  }),
  'gives a promise with methods of its own': () =>
    Object.assign(Promise.reject(new Error('boom')), {
      catch: () => {
        throw new Error('no catch');
      },
    }),
  hangs: () => new Promise(() => {}),
  'calls back twice': () => ({
    // biome-ignore lint/suspicious/noThenProperty: what a bot in JavaScript may give.
    then(resolve: (value: unknown) => void, reject: (reason: unknown) => void) {
      resolve(undefined);
      resolve(undefined);
      reject(new Error('and rejects'));
      throw new Error('and throws');
    },
  }),
};

type Act = () => never;
interface Misuse {
  readonly options?: Partial<BotOptions>;
  /** What the handler of the bad call does before it waits for a key, stops what plays, and idles. */
  readonly begin?: (call: Call) => unknown;
}

/** Audio without an end, whose iterator has `more`. */
const endless = (more: object) => ({
  [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: audio(200) }), ...more }),
});
const endlessNow = (more: object) => ({
  [Symbol.iterator]: () => ({ next: () => ({ done: false, value: audio(200) }), ...more }),
});
const isBad = (facts: { readonly connectorId: string }) => facts.connectorId === 'bad';
const quiet = () => {};
const detector = (more: object): SpeechDetector => ({ pushPcm: () => [], ...more });

/** Where user code runs, with `act` in place of it. */
const PLACES: Readonly<Record<string, (act: Act) => Misuse>> = {
  'a handler': (act) => ({ begin: act }),
  'the iterator of a source': (act) => ({
    begin: (call) => void call.play({ [Symbol.asyncIterator]: act }).catch(quiet),
  }),
  'the sync iterator of a source': (act) => ({
    begin: (call) => void call.play({ [Symbol.iterator]: act }).catch(quiet),
  }),
  'next of a source': (act) => ({ begin: (call) => void call.play(endless({ next: act })).catch(quiet) }),
  'next of a sync source': (act) => ({
    begin: (call) => void call.play(endlessNow({ next: act })).catch(quiet),
  }),
  'return of a source': (act) => ({ begin: (call) => void call.play(endless({ return: act })) }),
  'return of a sync source': (act) => ({ begin: (call) => void call.play(endlessNow({ return: act })) }),
  'throw of a source': (act) => ({ begin: (call) => void call.play(endless({ throw: act })) }),
  'return of samples': (act) => ({
    begin: (call) =>
      void call
        .play(
          pcm16(
            {
              [Symbol.iterator]: () => ({
                next: () => ({ done: false, value: new Int16Array(1600) }),
                return: act,
              }),
            },
            { rate: 8000 },
          ),
        )
        .catch(quiet),
  }),
  'next of a sequence': (act) => ({
    begin: (call) => void call.play(sequence(endless({ next: act }))).catch(quiet),
  }),
  'return of a sequence': (act) => ({ begin: (call) => void call.play(sequence(endless({ return: act }))) }),
  'return of a sync sequence': (act) => ({
    begin: (call) => void call.play(sequence(endlessNow({ return: act }))),
  }),
  'return inside a sequence': (act) => ({
    begin: (call) => void call.play(sequence([endlessNow({ return: act })])),
  }),
  'cancel of a stream': (act) => ({
    begin: (call) =>
      void call.play(new ReadableStream<Uint8Array>({ pull: (to) => to.enqueue(audio(200)), cancel: act })),
  }),
  'a sink factory': (act) => ({ options: { sink: (facts) => (isBad(facts) ? act() : { event: quiet }) } }),
  'event of a sink': (act) => ({ options: { sink: (facts) => ({ event: isBad(facts) ? act : quiet }) } }),
  'audio of a sink': (act) => ({
    options: { sink: (facts) => ({ event: quiet, audio: isBad(facts) ? act : quiet }) },
  }),
  'a logger': (act) => ({
    options: { logger: { debug: act, info: act, warn: act, error: act } },
    begin: (call) => {
      call.log.info({}, 'called by the bot');
      call.on('dtmf', () => {
        throw new Error('to be logged');
      });
    },
  }),
  'a logger that loses its methods': (act) => {
    // Each of the four is there when the bot is made.
    let reads = 0;
    const get = () => {
      reads += 1;
      return reads <= 4 ? quiet : act();
    };
    return {
      options: { logger: new Proxy({}, { get }) as never },
      begin: (call) => call.log.info({}, 'called by the bot'),
    };
  },
  'what makes a detector': (act) => ({ begin: (call) => void call.onSpeech({}, { vad: act }) }),
  'pushPcm of a detector': (act) => ({
    begin: (call) => void call.onSpeech({}, { vad: () => detector({ pushPcm: act }) }),
  }),
  'an event of a detector': (act) => ({
    begin: (call) =>
      void call.onSpeech(
        { start: quiet },
        {
          vad: () =>
            detector({
              pushPcm: () => [
                {
                  get type() {
                    return act();
                  },
                  sampleMs: 0,
                },
              ],
            }),
        },
      ),
  }),
  'close of a detector': (act) => ({
    begin: (call) => void call.onSpeech({}, { vad: () => detector({ close: act }) }),
  }),
  'close of a detector that came late': (act) => ({
    begin: (call) => {
      const off = call.onSpeech({}, { vad: async () => detector({ close: act }) });
      off();
    },
  }),
  'a synthesizer': (act) => ({ begin: (call) => void call.say('hello', { synth: act }).catch(quiet) }),
  'a listener of a synthesizer’s signal': (act) => ({
    begin: (call) =>
      void call.say('hello', {
        synth: (_, { signal }) => {
          signal.addEventListener('abort', act);
          return endless({});
        },
      }),
  }),
  'a listener of events': (act) => ({ begin: (call) => void call.on('dtmf', act) }),
  'a listener of audio': (act) => ({ begin: (call) => void call.onAudio(act) }),
  'a listener of speech': (act) => ({
    begin: (call) =>
      void call.onSpeech(
        { start: act },
        { vad: () => detector({ pushPcm: () => [{ type: 'start', sampleMs: 0 }] }) },
      ),
  }),
  'an abort listener': (act) => ({ begin: (call) => call.signal.addEventListener('abort', act) }),
  'an abort listener that is an object': (act) => ({
    begin: (call) => call.signal.addEventListener('abort', { handleEvent: act }),
  }),
  onabort: (act) => ({
    begin: (call) => {
      call.signal.onabort = act;
    },
  }),
};

const TABLE = Object.entries(PLACES).flatMap(([place, misuse]) =>
  Object.entries(FAILURES).map(([failure, act]) => ({ place, failure, misuse, act: act as Act })),
);

describe('user code', () => {
  let escaped: unknown[] = [];
  const note = (error: unknown) => escaped.push(error);
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const others = new Map<string, readonly ((...args: never[]) => void)[]>();

  beforeEach(() => {
    escaped = [];
    for (const event of events) {
      others.set(event, process.rawListeners(event) as ((...args: never[]) => void)[]);
      process.removeAllListeners(event);
      process.on(event, note);
    }
  });

  afterEach(() => {
    for (const event of events) {
      process.off(event, note);
      for (const listener of others.get(event) ?? []) process.on(event, listener as () => void);
    }
  });

  it.each(TABLE)('ends at most its own call: $place $failure', async ({ misuse, act }) => {
    const clock = new VirtualClock();
    const { options, begin } = misuse(act);
    const bot = createBot({ auth: { 'test-key': SECRET }, clock, ...options }, async (call) => {
      if (call.connectorId === 'good') {
        await call.play(audio(3000));
        return { good: 'yes' };
      }
      if (begin === undefined) return idle(call);
      const given = begin(call);
      // Only a handler's own failure is its answer.
      if (given !== undefined && begin === act) return given as never;
      await call.collectDigits({ max: 1 });
      call.stop();
      return idle(call);
    });
    const dial = (url: string) => clock.run(ScriptedClient.dial(bot, { clock, secret: SECRET, url }));
    const good = [await dial('/good'), await dial('/good')];
    const bad = await dial('/bad');
    const faulty = await dial('/bad');
    for (const client of [...good, bad, faulty]) client.open();
    await clock.advance(10);
    for (const client of [...good, bad]) client.stream();
    faulty.sendText('{');
    await clock.advance(500);
    bad.send('dtmf', { digit: '1' });
    await clock.advance(1000);
    bad.send('close', { reason: 'end' });
    await clock.advance(100);
    bad.transport.close();
    faulty.transport.terminate();
    await clock.advance(3000);
    for (const client of good) {
      expect(client.player.heardMs).toBe(3000);
      expect(client.last('disconnect')?.parameters).toEqual({
        reason: 'completed',
        outputVariables: { good: 'yes' },
      });
      client.send('close', { reason: 'disconnect' });
    }
    await clock.advance(10);
    for (const client of good) client.transport.close();
    await clock.run(bot.drain({ timeoutMs: 2000 }));
    expect(bot.sessions).toBe(0);
    // Node tells of a throw in a listener or a rejection in a later turn of the real event loop.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(escaped).toEqual([]);
  });
});

it('delivers an event to all listeners at its time, even if one is removed during delivery', () => {
  const told: string[] = [];
  const emitter = new CallEmitter((error) => told.push(String(error)));
  const off = emitter.on('dtmf', () => {
    told.push('first');
    off();
  });
  emitter.on('dtmf', () => told.push('second'));
  for (const digit of ['1', '2']) emitter.emit('dtmf', { digit, positionMs: 0 });
  expect(told).toEqual(['first', 'second', 'second']);
});

/** An error whose stack is this. */
const withStack = (stack: unknown) => Object.defineProperty(new Error('boom'), 'stack', { value: stack });

describe('the process warning of an error without a logger', () => {
  it.each<[string, unknown, string, string | undefined]>([
    ['an error, with its stack', withStack('at bot.js:7'), 'boom', 'at bot.js:7'],
    ['an error whose stack is no string', withStack({ at: 'bot.js' }), 'boom', undefined],
    ['something else with a stack', { stack: 'at bot.js:7' }, 'a thrown object: [object Object]', undefined],
    ['a string', 'boom', 'boom', undefined],
  ])('is of %s', async (_, error, message, detail) => {
    const warnings: Error[] = [];
    const note = (warning: Error) => void warnings.push(warning);
    process.on('warning', note);
    onTestFinished(() => void process.off('warning', note));
    botLog(undefined).crashed({ id: 'the-id' } as Call, error);
    await new Promise(setImmediate);
    expect(warnings).toMatchObject([
      { name: 'HooklineWarning', message: `the bot failed in session "the-id": ${message}` },
    ]);
    expect(Reflect.get(warnings[0] ?? {}, 'detail')).toBe(detail);
  });
});

describe('the cause of a CallFailure', () => {
  const call = { id: 'the-id' } as Call;

  it('is a process warning without a logger', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => void warnings.push(warning);
    process.on('warning', note);
    onTestFinished(() => void process.off('warning', note));
    botLog(undefined).failed(call, 'no directory', withStack('at bot.js:7'));
    await new Promise(setImmediate);
    expect(warnings).toMatchObject([
      {
        name: 'HooklineWarning',
        message: 'the bot failed its call with "no directory" in session "the-id", because of: boom',
        detail: 'at bot.js:7',
      },
    ]);
  });

  it('is written to the logger', async () => {
    const lines: unknown[] = [];
    const warn = (fields: object, message: string) => void lines.push({ ...fields, message });
    const cause = new Error('the database is down');
    const handler = () => Promise.reject(new CallFailure('no directory', { cause }));
    const { clock, client } = await openCall(handler, {
      logger: { debug() {}, info() {}, error() {}, warn },
    });
    await untilEnd(clock, client);
    expect(lines).toMatchObject([
      {
        err: cause,
        message: 'the bot failed its call with "no directory", because of: the database is down',
      },
    ]);
  });

  it('is not what a method rejects with because the bot has ended the call', async () => {
    const warnings: string[] = [];
    const warn = (_: object, message: string) => void warnings.push(message);
    const { clock, client } = await openCall(
      async (call) => {
        // Still playing when the handler rejects, so that the call is not over yet.
        void call.play(audio(500));
        void call.complete();
        await call.play(audio(100)).catch((cause) => {
          throw new CallFailure('no more', { cause });
        });
      },
      { logger: { debug() {}, info() {}, error() {}, warn } },
    );
    await untilEnd(clock, client);
    expect(client.last('disconnect')?.parameters.reason).toBe('completed');
    expect(warnings.filter((message) => message.includes('because of'))).toEqual([]);
  });
});

it('an error that ends a connection is a process warning without a logger', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error) => void warnings.push(warning);
  process.on('warning', note);
  onTestFinished(() => void process.off('warning', note));
  botLog(undefined).connectionFailed(withStack('at bot.js:7'), 'the received bytes could not be read');
  await new Promise(setImmediate);
  expect(warnings).toMatchObject([
    { name: 'HooklineWarning', message: 'the received bytes could not be read', detail: 'at bot.js:7' },
  ]);
});

it.each([false, '', 0, null, undefined])(
  'a sink factory that returns %j has no sink, and no error',
  async (none) => {
    const errors: string[] = [];
    const error = (_: object, message: string) => void errors.push(message);
    const { clock, client } = await openCall(async () => ({}), {
      sink: () => none as never,
      logger: { debug() {}, info() {}, warn() {}, error },
    });
    await untilEnd(clock, client);
    expect(client.last('disconnect')?.parameters.reason).toBe('completed');
    expect(errors).toEqual([]);
  },
);

it('reports once by a process warning that a logger throws, and continues without its lines', async () => {
  const warnings: string[] = [];
  const note = ({ message }: Error) => warnings.push(message);
  process.on('warning', note);
  onTestFinished(() => void process.off('warning', note));
  const fail = () => {
    throw new Error('the disk is full');
  };
  const { logger } = botLog({ debug: fail, info: fail, warn: fail, error: fail });
  for (let line = 0; line < 3; line++) logger.info({}, 'a line');
  await new Promise(setImmediate);
  expect(warnings).toEqual(['the logger failed; log lines are missing: the disk is full']);
});
