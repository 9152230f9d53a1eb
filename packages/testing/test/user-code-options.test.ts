import { type Call, createBot } from '@hookline/server';
import { describe, expect, it } from 'vitest';
import { linkedCall } from '../src/index.js';

const createWith = (options: object) => () =>
  createBot({ auth: { 'my-key': null }, ...options }, async () => {});

describe('an option that must be user code is refused if it is not', () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      'a logger without methods',
      createWith({ logger: {} }),
      /^createBot: logger is an object without debug\(\)/,
    ],
    [
      'a logger that lacks one',
      createWith({ logger: { debug() {}, info() {}, warn() {} } }),
      /without error\(\)/,
    ],
    ['no logger', createWith({ logger: null }), /^createBot: logger is null without debug\(\)/],
    ['a clock without methods', createWith({ clock: {} }), /^createBot: clock is an object without now\(\)/],
    ['a clock that is a number', createWith({ clock: 5 }), /^createBot: clock is 5 without now\(\)/],
    [
      'a sink that is no function',
      createWith({ sink: { event() {} } }),
      /^createBot: sink is an object; expected a function/,
    ],
    [
      'an invalid error listener',
      createWith({ onError: {} }),
      /^createBot: onError is an object; expected a function/,
    ],
    ['a nonce store without methods', createWith({ nonces: {} }), /remember/],
    ['a key table that is a number', createWith({ auth: 5 }), /auth/],
    [
      'a logger that cannot be read',
      createWith({
        logger: {
          get debug() {
            throw new Error('not my day');
          },
        },
      }),
      /without debug\(\)/,
    ],
    ['an invalid handler', () => createBot({ auth: { k: null } }, {} as never), /^createBot: the router is/],
  ])('of a bot: %s', (_, make, sentence) => {
    expect(make).toThrow(
      expect.objectContaining({ code: 'SERVER_BAD_OPTION', message: expect.stringMatching(sentence) }),
    );
  });

  it.each<[string, (call: Call) => unknown, RegExp]>([
    [
      'onSpeech, vad',
      (call) => call.onSpeech({}, { vad: {} as never }),
      /^onSpeech: vad is an object; expected a function/,
    ],
    ['onSpeech, vad null', (call) => call.onSpeech({}, { vad: null as never }), /^onSpeech: vad is null/],
    [
      'onSpeech, start',
      (call) => call.onSpeech({ start: 5 as never }),
      /^onSpeech: start is 5; expected a function/,
    ],
    ['onSpeech, end', (call) => call.onSpeech({ end: {} as never }), /^onSpeech: end is an object/],
    ['onAudio', (call) => call.onAudio({} as never), /^onAudio: listener is an object/],
    ['onAudio, nothing', (call) => call.onAudio(undefined as never), /^onAudio: listener is null/],
    ['on', (call) => call.on('dtmf', {} as never), /^on: listener is an object/],
    [
      'on, an event that does not exist',
      (call) => call.on('dtfm' as never, () => {}),
      /^on: there is no event "dtfm"/,
    ],
    ['say, synth', (call) => call.say('x', { synth: {} as never }), /^say: synth is an object/],
    ['say, no synth', (call) => call.say('x', {} as never), /^say: synth is null; expected a function/],
  ])('of a call: %s', async (_, act, sentence) => {
    let error: unknown;
    const { clock, call, errors } = linkedCall(() => async (bot) => {
      try {
        await act(bot);
      } catch (thrown) {
        error = thrown;
      }
    });
    await clock.run(call.result);
    expect(error).toMatchObject({
      code: 'SERVER_BAD_OPTION',
      message: expect.stringMatching(sentence),
    });
    expect(errors).toEqual([]);
  });
});
