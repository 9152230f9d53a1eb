import { type Logger, VirtualClock } from '@hookline/runtime';
import { describe, expect, it, vi } from 'vitest';
import { type Call, CallFailure, createBot, type StandardSchema } from '../src/index.js';
import { ScriptedClient } from '../src/testing/index.js';
import { audio, hangUp, idle, openCall, untilEnd } from './open-call.js';

/** A logger, and the texts that it was given. */
function logged() {
  const texts: string[] = [];
  const write = (_: object, message: string) => void texts.push(message);
  const logger: Logger = { debug: () => {}, info: () => {}, warn: write, error: write };
  return { logger, texts };
}

describe('a bot that changes the options of collectDigits afterwards', () => {
  it('changes nothing for the collection, and harms no other call', async () => {
    const shared = { timeoutMs: 1000, interDigitMs: 1000, max: 3 };
    let ended: unknown;
    const { clock } = await openCall(async (call) => {
      void call.play(audio(500));
      const collecting = call.collectDigits(shared);
      Object.assign(shared, { timeoutMs: Number.NaN, interDigitMs: Number.NaN, max: Number.NaN });
      ended = await collecting;
      return idle(call);
    });
    await clock.advance(5000);
    expect(ended).toEqual({ digits: '', ended: 'timeout' });
  });
});

describe('a bot that fails with an error that cannot be inspected', () => {
  const hostile: [string, () => unknown][] = [
    [
      'a CallFailure whose outputs throw',
      () => Object.defineProperty(new CallFailure('closed'), 'outputs', { get: () => boom() }),
    ],
    [
      'a CallFailure whose message throws',
      () => Object.defineProperty(new CallFailure('closed'), 'message', { get: () => boom() }),
    ],
    [
      'a proxy that throws for everything',
      () => new Proxy(new Error('x'), { get: boom, has: boom, getPrototypeOf: boom }),
    ],
  ];
  const boom = (): never => {
    throw new Error('from a getter');
  };

  it.each(hostile)('ends its own call with reason error: %s', async (_, make) => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    try {
      const { clock, client, bot } = await openCall(
        async () => {
          throw make();
        },
        { logger: logged().logger },
      );
      expect(await untilEnd(clock, client)).toMatchObject({ reason: 'error' });
      expect(bot.stats().sessions).toBe(0);
      await new Promise(setImmediate);
      expect(unhandled).not.toHaveBeenCalled();
    } finally {
      process.off('unhandledRejection', unhandled);
    }
  });

  it('ends its own call with reason error: a schema whose issue has a symbol as its message', async () => {
    const schema: StandardSchema = {
      '~standard': {
        version: 1,
        vendor: 'demo',
        validate: () => ({ issues: [{ message: Symbol('no text') as unknown as string, path: ['size'] }] }),
      },
    };
    const clock = new VirtualClock();
    const { logger } = logged();
    const bot = createBot({ auth: { 'test-key': null }, clock, logger, inputs: schema }, () => {});
    const client = await clock.run(ScriptedClient.dial(bot, { clock }));
    client.open({ inputVariables: {} });
    expect(await untilEnd(clock, client)).toMatchObject({
      reason: 'error',
      info: expect.stringContaining('a value that matches the schema'),
    });
  });
});

describe('a bot that reports turns without end', () => {
  it('does not delay the end of its call: what was queued before is sent', async () => {
    let stop = () => {};
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const { clock, client } = await openCall(async (call) => {
      await begun;
      for (let turn = 0; turn < 20; turn++) call.turn({ disposition: 'match', text: `turn ${turn}` });
      const tick = () => {
        call.turn({ disposition: 'match', text: 'later' });
        stop = clock.after(100, tick);
      };
      tick();
      return {};
    });
    begin();
    expect(await untilEnd(clock, client)).toMatchObject({ reason: 'completed' });
    stop();
    expect(clock.now()).toBeLessThan(20_000);
    const texts = client.messages.flatMap(({ message }) =>
      message.type === 'event' ? [JSON.stringify(message.parameters)] : [],
    );
    expect(texts.filter((text) => /turn \d/.test(text))).toHaveLength(20);
  });
});

describe('a bot that does not await the end of its call', () => {
  it.each<[string, (call: Call) => unknown, RegExp]>([
    [
      'complete',
      (call) => call.complete({ choice: 5 as unknown as string }),
      /^complete\(\) was refused: .*choice/,
    ],
    [
      'fail',
      (call) => call.fail(7 as unknown as string),
      /^fail\(\) was refused: fail: message is 7; expected a string/,
    ],
  ])('finds in its log why %s was refused', async (_, end, text) => {
    const { logger, texts } = logged();
    const { clock } = await openCall(
      (call) => {
        call.on('dtmf', () => void end(call));
        return idle(call);
      },
      { logger },
    ).then((line) => {
      line.client.send('dtmf', { digit: '1' });
      return line;
    });
    await clock.advance(1000);
    expect(texts).toEqual([expect.stringMatching(text)]);
  });
});

describe('frames that are dropped after the end of a call', () => {
  it('are in the sums of the bot', async () => {
    let call: Call | undefined;
    const { clock, client, bot } = await openCall((it) => {
      call = it;
      return idle(it);
    });
    client.send('close', { reason: 'end' });
    await clock.advanceUntil(() => client.types.includes('closed'));
    for (let frame = 0; frame < 5; frame++) call?.sendFrame(audio(20));
    client.transport.close();
    await clock.advance(100);
    expect(call?.stats.droppedOutFrames).toBe(5);
    expect(bot.stats().droppedOutFrames).toBe(5);
  });
});

describe('the first utterance of a call that is on hold', () => {
  it('does not time out before the hold has ended', async () => {
    let heard: unknown = 'waiting';
    let wait = () => {};
    const { clock, client, stopAudio } = await openCall((call) => {
      wait = () => {
        void call.utterance({ timeoutMs: 1000 }).then((utterance) => {
          heard = utterance;
        });
      };
      return idle(call);
    });
    await clock.advance(2000);
    stopAudio();
    client.send('paused', {});
    await clock.advance(100);
    wait();
    await clock.advance(10_000);
    expect(heard).toBe('waiting');
    client.send('resumed', { start: 'PT2S', discarded: 'PT10S' });
    client.stream();
    await clock.advance(3000);
    expect(heard).toBeUndefined();
    await hangUp(clock, client);
  });
});
