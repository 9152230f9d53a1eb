import { describe, expect, it } from 'vitest';
import { CallEnded, CallFailure, createBot, createRouter } from '../src/index.js';
import { openCall, untilEnd } from './open-call.js';

const idle = async () => {};

describe('a method that is called without its arguments', () => {
  const router = createRouter();
  const { meter } = createBot({ auth: 'none' }, idle);
  const help = 'Counts.';

  it.each<[string, (...given: never[]) => unknown, unknown[], string]>([
    ['router.bot', router.bot, [], 'undefined is not a valid Connector ID path'],
    ['router.bot', router.bot, ['a'], 'The handler of a bot is undefined; expected an async function.'],
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
