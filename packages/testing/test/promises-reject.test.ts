import type { Call as ClientCall } from '@hookline/client';
import { type Bot, type Call as BotCall, createBot } from '@hookline/server';
import { describe, expect, it } from 'vitest';
import { linkedCall } from '../src/index.js';

/** A mistake of the calling program for each function that returns a promise. */
const OF_THE_BOT: Readonly<Record<string, (call: BotCall) => unknown>> = {
  'play, of no source': (call) => call.play(5 as never),
  'play, with an option that does not exist': (call) => call.play(new Uint8Array(160), { loud: 1 } as object),
  'play, in no format': (call) => call.play(new Uint8Array(160), { format: 'MP3' as never }),
  'say, without a synthesizer': (call) => call.say('hello', {} as never),
  'say, with a number as the text': (call) => call.say(5 as never, { synth: () => new Uint8Array(160) }),
  'collectDigits, with NaN': (call) => call.collectDigits({ max: Number.NaN }),
  'collectDigits, with an option that does not exist': (call) => call.collectDigits({ maxx: 1 } as object),
  'collectDigits, twice at once': (call) => {
    call.collectDigits({ max: 1, timeoutMs: 100 }).catch(() => {});
    return call.collectDigits();
  },
  'complete, with no outputs': (call) => call.complete(5 as never),
  'complete, with an option that does not exist': (call) => call.complete({}, { now: true } as object),
  'fail, without a text': (call) => call.fail(5 as never),
  'fail, with an option that does not exist': (call) => call.fail('x', { now: true } as object),
};

const OF_THE_CALLER: Readonly<Record<string, (call: ClientCall) => unknown>> = {
  'say, of no source': (call) => call.say(5 as never),
  'sendDtmf, of no key': (call) => call.sendDtmf('x'),
  'sendDtmf, with a number as the digits': (call) => call.sendDtmf(5 as never),
  'sendDtmf, with NaN': (call) => call.sendDtmf('1', { intervalMs: Number.NaN }),
};

const OF_A_SERVER: Readonly<Record<string, (bot: Bot) => unknown>> = {
  'listen, on no port': (bot) => bot.listen(-1),
  'listen, with an option that does not exist': (bot) => bot.listen(0, { hots: 'x' } as object),
  'drain, of no time': (bot) => bot.drain({ timeoutMs: Number.NaN }),
  'inject, of nothing': (bot) => bot.inject({} as never),
};

/** The rejection; an error that is thrown synchronously fails the test. */
async function rejectionOf(act: () => unknown): Promise<unknown> {
  let promise: unknown;
  expect(() => {
    promise = act();
  }).not.toThrow();
  expect(promise).toBeInstanceOf(Promise);
  return Promise.resolve(promise).then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('a function that returns a promise rejects for a mistake', () => {
  it.each(Object.entries(OF_THE_BOT))('of the bot: %s', async (_, act) => {
    let error: unknown;
    const { clock, call } = linkedCall(() => async (bot) => {
      error = await rejectionOf(() => act(bot));
    });
    await clock.run(call.result);
    expect(error).toMatchObject({ code: expect.stringMatching(/^SERVER_/) });
  });

  it.each(Object.entries(OF_THE_CALLER))('of the caller: %s', async (_, act) => {
    const { clock, call } = linkedCall(() => async () => {});
    const error = await rejectionOf(() => act(call));
    expect(error).toMatchObject({ code: 'CLIENT_BAD_ARGUMENT' });
    await clock.run(call.result);
  });

  it.each(Object.entries(OF_A_SERVER))('of a server: %s', async (_, act) => {
    const bot = createBot({ auth: { k: null } }, async () => {});
    expect(await rejectionOf(() => act(bot))).toMatchObject({ code: 'SERVER_BAD_OPTION' });
  });

  it('of a probe', async () => {
    const { integration, clock, call } = linkedCall(() => async () => {});
    expect(await rejectionOf(() => integration.probe({ tiemout: 1 } as object))).toMatchObject({
      code: 'CLIENT_BAD_ARGUMENT',
    });
    await clock.run(call.result);
  });
});
