import { describe, expect, it, onTestFinished } from 'vitest';
import { type Call, CallEnded, CallFailure, createBot, createRouter } from '../src/index.js';
import { audio, openCall, untilEnd } from './open-call.js';

const idle = async () => {};

describe('a promise without its await', () => {
  const rejected = () => Promise.reject(new Error('lookup failed'));

  it.each<[string, (call: Call, promise: never) => unknown]>([
    ['the options of collectDigits', (call, promise) => call.collectDigits(promise)],
    ['the options of play', (call, promise) => call.play(audio(100), promise)],
    ['the options of say', (call, promise) => call.say('hello', promise)],
    ['the options of utterance', (call, promise) => call.utterance(promise)],
    ['the options of complete', (call, promise) => call.complete({}, promise)],
    ['the message of fail', (call, promise) => call.fail(promise)],
    ['the text of say', (call, promise) => call.say(promise, { synth: () => audio(100) })],
    ['a turn', async (call, promise) => call.turn(promise)],
  ])('is refused as %s, and its rejection does not end the process', async (_, act) => {
    const unhandled: unknown[] = [];
    const onUnhandled = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', onUnhandled);
    onTestFinished(() => void process.off('unhandledRejection', onUnhandled));
    const errors: unknown[] = [];
    const { clock, client } = await openCall(
      async (call) => {
        await act(call, rejected() as never);
      },
      { onError: (error) => errors.push(error) },
    );
    expect(await untilEnd(clock, client)).toMatchObject({ reason: 'error' });
    expect(errors).toEqual([expect.objectContaining({ code: 'SERVER_BAD_OPTION' })]);
    expect(unhandled).toEqual([]);
  });
});

describe('a text where a boolean belongs', () => {
  const text = 'false' as never;

  it.each<[string, (call: Call) => unknown]>([
    ['play: bargeIn', (call) => call.play(audio(100), { bargeIn: text })],
    ['play: yields', (call) => call.play(audio(100), { yields: text })],
    ['say: bargeIn', (call) => call.say('hello', { bargeIn: text, synth: () => audio(100) })],
    ['stream: bargeIn', async (call) => call.stream({ bargeIn: text })],
    ['collectDigits: bargeIn', (call) => call.collectDigits({ bargeIn: text })],
    ['onSpeech: bargeIn', async (call) => call.onSpeech({}, { bargeIn: text })],
    ['complete: immediate', (call) => call.complete({}, { immediate: text })],
    ['fail: immediate', (call) => call.fail('no', { immediate: text })],
    ['CallFailure: immediate', async () => new CallFailure('no', { immediate: text })],
    ['createBot: measureReplies', async () => createBot({ auth: 'none', measureReplies: text }, idle)],
    ['listen: statusPages', () => createBot({ auth: 'none' }, idle).listen(0, { statusPages: text })],
  ])('is refused: %s', async (field, act) => {
    const refusals: unknown[] = [];
    const { clock, client } = await openCall(async (call) => {
      await Promise.resolve(act(call)).catch((error) => refusals.push(error));
    });
    await untilEnd(clock, client);
    expect(refusals).toEqual([
      expect.objectContaining({
        code: 'SERVER_BAD_OPTION',
        message: expect.stringMatching(new RegExp(`^${field} is .*"false"; expected true or false\\.$`)),
      }),
    ]);
  });
});

describe('what is refused with a code and not with a TypeError', () => {
  const bot = createBot({ auth: 'none' }, idle);

  it.each<[string, (call: Call) => unknown, string]>([
    [
      'call.caller().onAudio()',
      (call) => Reflect.apply(call.caller().onAudio, call, []),
      'caller: listener is null',
    ],
    ['call.on(10n)', (call) => call.on(10n as never, () => {}), 'there is no event'],
    ['bot.inject()', () => Reflect.apply(bot.inject, bot, []), 'inject: the options are nothing'],
    ['bot.http()', () => Reflect.apply(bot.http, bot, []), 'http: request is undefined'],
    [
      'createBot({ inputs: null })',
      () => createBot({ auth: 'none', inputs: null as never }, idle),
      'createBot: inputs is null; expected a TypeBox schema of an object',
    ],
    [
      'createBot({ outputs: a string })',
      () => createBot({ auth: 'none', outputs: { type: 'string' } as never }, idle),
      'createBot: outputs is a schema of type "string"; expected a TypeBox schema of an object',
    ],
    [
      'createBot without a handler',
      () => createBot({ auth: 'none' }, undefined as never),
      'createBot: the handler is undefined; expected an async function',
    ],
  ])('%s', async (_, act, message) => {
    const refusals: unknown[] = [];
    const { clock, client } = await openCall(async (call) => {
      const acted = async () => act(call);
      await acted().catch((error) => refusals.push(error));
    });
    await untilEnd(clock, client);
    expect(refusals).toEqual([
      expect.objectContaining({ code: 'SERVER_BAD_OPTION', message: expect.stringContaining(message) }),
    ]);
  });
});

describe('a method that is called without its arguments', () => {
  const router = createRouter();
  const { meter } = createBot({ auth: 'none' }, idle);
  const help = 'Counts.';

  it.each<[string, (...given: never[]) => unknown, unknown[], string]>([
    ['router.bot', router.bot, [], 'undefined is not a valid Connector ID path'],
    [
      'router.bot',
      router.bot,
      ['a'],
      'Router: bot "a": the handler is undefined; expected an async function.',
    ],
    ['router.bot', router.bot, [undefined, idle], 'undefined is not a valid Connector ID path'],
    ['router.bot', router.bot, [7, idle], '7 is not a valid Connector ID path'],
    [
      'meter.counter',
      meter.counter,
      ['ivr_calls_total'],
      'the options are nothing; give an object with help',
    ],
    ['meter.gauge', meter.gauge, ['ivr_calls', null], 'the options are nothing; give an object with help'],
    [
      'meter.histogram',
      meter.histogram,
      ['ivr_call_seconds'],
      'the options are nothing; give an object with help',
    ],
    [
      'meter.counter',
      meter.counter,
      ['ivr_calls_total', { help, labels: 5 }],
      'labels is 5; expected an array',
    ],
    [
      'meter.counter',
      meter.counter,
      ['ivr_calls_total', { help, labels: 'to' }],
      'labels is the string "to"; expected',
    ],
    [
      'meter.histogram',
      meter.histogram,
      ['ivr_call_seconds', { help, buckets: 5 }],
      'buckets must be 1 to 50 numbers',
    ],
  ])('is refused with a code: %s', (name, method, given, message) => {
    const owner = name.startsWith('router') ? router : meter;
    const call = () => Reflect.apply(method, owner, given);
    expect(call).toThrow(message);
    expect(call).toThrow(expect.objectContaining({ code: 'SERVER_BAD_OPTION' }));
  });

  it('is refused with a code: counter.add', () => {
    const counter = meter.counter('ivr_transfers_total', { help, labels: ['to'] });
    expect(() => Reflect.apply(counter.add, counter, [1, null])).toThrow(
      'the labels are none; expected strings for to',
    );
  });
});

describe('the errors of a call', () => {
  it('have a name that no bundler changes, and a derived class has its own', () => {
    class NoAgent extends CallFailure {}
    expect(new CallFailure('x').name).toBe('CallFailure');
    expect(new CallEnded('completed', 'x').name).toBe('CallEnded');
    expect(new NoAgent('x').name).toBe('NoAgent');
  });

  it('tell the flow that the bot failed the call if it gave no reason', async () => {
    const { clock, client } = await openCall(async () => {
      throw new CallFailure('');
    });
    expect(await untilEnd(clock, client)).toMatchObject({ reason: 'error', info: 'the bot failed the call' });
  });
});
