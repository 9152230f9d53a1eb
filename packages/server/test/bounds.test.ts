import { MAX_TEXT_CHARS } from '@hookline/protocol';
import { HooklineError } from '@hookline/runtime';
import { Kind, Type, TypeRegistry } from '@sinclair/typebox';
import { describe, expect, it } from 'vitest';
import { type Call, CallEnded, CallFailure, type CallHandler } from '../src/index.js';
import { audio, dialBot, hangUp, idle, openCall, untilEnd } from './open-call.js';

/** A logger that keeps its warnings. */
function keeping() {
  const warnings: string[] = [];
  const quiet = () => {};
  const warn = (_: object, message: string) => warnings.push(message);
  return { warnings, logger: { debug: quiet, info: quiet, warn, error: quiet } };
}

describe('the text of a failure', () => {
  const long = [
    ['letters', 'x'.repeat(70_000)],
    ['quotes, which need two characters each', '"'.repeat(40_000)],
    ['control characters, which need six', '\u0001'.repeat(20_000)],
    ['unpaired surrogates', '\ud83d'.repeat(30_000)],
  ] as const;
  const ways: [string, (text: string) => CallHandler][] = [
    ['fail()', (text) => async (call) => call.fail(text)],
    [
      'a thrown CallFailure',
      (text) => () => {
        throw new CallFailure(text);
      },
    ],
  ];

  it.each(ways.flatMap(([way, handler]) => long.map(([kind, text]) => ({ way, kind, text, handler }))))(
    'is truncated with a warning if it does not fit into a message: $way of $kind',
    async ({ text, handler }) => {
      const { warnings, logger } = keeping();
      const { clock, client } = await openCall(handler(text), { logger });
      const parameters = await untilEnd(clock, client);
      expect(parameters?.reason).toBe('error');
      expect(JSON.stringify(client.last('disconnect')).length).toBeLessThanOrEqual(MAX_TEXT_CHARS);
      expect(parameters?.info?.slice(0, 10_000)).toBe(text.slice(0, 10_000));
      expect(parameters?.info?.endsWith('…')).toBe(true);
      expect(warnings).toEqual([expect.stringMatching(/is truncated/)]);
    },
  );

  it('is truncated if a listener throws it in a CallFailure', async () => {
    const { logger } = keeping();
    const { clock, client } = await openCall(
      (call) => {
        call.onAudio(() => {
          throw new CallFailure('x'.repeat(70_000));
        });
        return idle(call);
      },
      { logger },
    );
    await untilEnd(clock, client);
    expect(JSON.stringify(client.last('disconnect')).length).toBeLessThanOrEqual(MAX_TEXT_CHARS);
  });

  it('is sent in full up to the bound', async () => {
    const text = 'x'.repeat(MAX_TEXT_CHARS - 402);
    const { warnings, logger } = keeping();
    const { clock, client } = await openCall(async (call) => call.fail(text), { logger });
    expect((await untilEnd(clock, client))?.info).toBe(text);
    expect(JSON.stringify(client.last('disconnect')).length).toBeLessThanOrEqual(MAX_TEXT_CHARS);
    expect(warnings).toEqual([]);
  });

  it.each([5, undefined, null, {}, new Error('x')])('is refused when it is no text: %s', async (text) => {
    let code: unknown;
    const { clock, client } = await openCall(async (call) => {
      try {
        await call.fail(text as unknown as string);
      } catch (error) {
        code = (error as HooklineError).code;
      }
      return idle(call);
    });
    await clock.advance(10);
    expect(code).toBe('SERVER_BAD_OPTION');
    expect(client.types).toEqual(['opened']);
  });
});

describe('a turn and outputs', () => {
  it.each([
    [0, true],
    [1, false],
  ])('accept a text up to the bound and refuse a longer one: %i over', async (over, fits) => {
    const text = `"${'x'.repeat(MAX_TEXT_CHARS - 400 - 4 + over)}`;
    let code: unknown = 'none';
    const { clock, client } = await openCall((call) => {
      try {
        call.turn({ disposition: 'match', text });
      } catch (error) {
        code = (error as HooklineError).code;
      }
      return idle(call);
    });
    await clock.advance(10);
    expect(code).toBe(fits ? 'none' : 'SERVER_TEXT_TOO_LONG');
    expect(client.all('event')).toHaveLength(fits ? 1 : 0);
    for (const event of client.all('event')) {
      expect(JSON.stringify(event).length).toBeLessThanOrEqual(MAX_TEXT_CHARS);
    }
  });

  it.each([
    [0, 'completed'],
    [1, 'error'],
  ])('are sent up to the bound, and fail the call beyond it: %i over', async (over, reason) => {
    // "a":"…", is 6 characters around the value.
    const { clock, client } = await openCall(
      async () => ({ a: 'x'.repeat(MAX_TEXT_CHARS - 400 - 7 + over) }),
      { logger: keeping().logger },
    );
    const parameters = await untilEnd(clock, client);
    expect(parameters?.reason).toBe(reason);
    expect(JSON.stringify(client.last('disconnect')).length).toBeLessThanOrEqual(MAX_TEXT_CHARS);
  });

  it.each([5, {}, null])('refuse a text that is none: %s', async (text) => {
    let code: unknown;
    const { clock } = await openCall((call) => {
      try {
        call.turn({ disposition: 'match', text: text as unknown as string });
      } catch (error) {
        code = (error as HooklineError).code;
      }
      return idle(call);
    });
    await clock.advance(1);
    expect(code).toBe('SERVER_BAD_OPTION');
  });
});

describe('numbers that a handler passes', () => {
  const bad = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, '5', null, {}];
  const cases: [string, (call: Call) => unknown][] = [
    ...bad.map((value): [string, (call: Call) => unknown] => [
      `timeoutMs ${String(value)}`,
      (call) => call.collectDigits({ timeoutMs: value as number }),
    ]),
    ...bad.map((value): [string, (call: Call) => unknown] => [
      `interDigitMs ${String(value)}`,
      (call) => call.collectDigits({ interDigitMs: value as number }),
    ]),
    ...[Number.NaN, 0, -1, 1.5, '4', null].map((value): [string, (call: Call) => unknown] => [
      `max ${String(value)}`,
      (call) => call.collectDigits({ max: value as number }),
    ]),
    ['end 5', (call) => call.collectDigits({ end: 5 as unknown as string })],
    ['confidence NaN', (call) => call.turn({ disposition: 'match', confidence: Number.NaN })],
    ['confidence "1"', (call) => call.turn({ disposition: 'match', confidence: '1' as unknown as number })],
    ['format "MP3"', (call) => call.play(audio(20), { format: 'MP3' as 'L16' })],
  ];

  it.each(cases)('are refused with SERVER_BAD_OPTION: %s', async (_, act) => {
    let code: unknown;
    const { clock, client, bot } = await openCall(async (call) => {
      try {
        await act(call);
      } catch (error) {
        code = (error as HooklineError).code;
      }
      return idle(call);
    });
    await clock.advance(10);
    client.send('dtmf', { digit: '1' });
    await clock.advance(10);
    expect(code).toBe('SERVER_BAD_OPTION');
    await hangUp(clock, client);
    expect(bot.sessions).toBe(0);
  });
});

describe('waiting for user code', () => {
  const hanging = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };

  it('to end a source that hangs stops when the bot has ended the call', async () => {
    const { warnings, logger } = keeping();
    const { clock, client, bot } = await openCall(
      async (call) => {
        void call.play(hanging);
        return { done: 'yes' };
      },
      { logger },
    );
    await clock.advance(9900);
    expect(client.types).toEqual(['opened']);
    await clock.advance(200);
    expect(await untilEnd(clock, client)).toEqual({ reason: 'completed', outputVariables: { done: 'yes' } });
    expect(bot.sessions).toBe(0);
    expect(warnings).toEqual([expect.stringMatching(/yielded nothing for 10 s/)]);
  });

  it('that is a synthesizer that hangs stops when the bot has ended the call', async () => {
    const { clock, client } = await openCall(
      async (call) => {
        void call.say('one', { synth: () => new Promise(() => {}) });
        void call.play(audio(200));
        throw new CallFailure('sorry');
      },
      { logger: keeping().logger },
    );
    await clock.advance(10_100);
    expect(await untilEnd(clock, client)).toEqual({ reason: 'error', info: 'sorry' });
  });

  it('that is only a slow source continues', async () => {
    const give: ((value: IteratorResult<Uint8Array>) => void)[] = [];
    const { clock, client } = await openCall(async (call) => {
      const slow = {
        [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>((it) => give.push(it as never)) }),
      };
      void call.play(slow);
    });
    for (let piece = 0; piece < 3; piece++) {
      await clock.advance(9000);
      give[piece]?.({ done: false, value: audio(500) });
    }
    await clock.advance(100);
    give[3]?.({ done: true, value: undefined });
    await clock.advance(1000);
    expect(await untilEnd(clock, client)).toMatchObject({ reason: 'completed' });
    expect(client.player.heardMs).toBe(1500);
  });

  it('that is a prompt that hangs does not delay the timeout of collectDigits', async () => {
    const results: unknown[] = [];
    const { clock } = await openCall(
      async (call) => {
        void call.play(hanging);
        results.push(await call.collectDigits({ timeoutMs: 1000 }));
        return idle(call);
      },
      { logger: keeping().logger },
    );
    await clock.advance(11_100);
    expect(results).toEqual([{ digits: '', ended: 'timeout' }]);
  });

  it('waiting for retryAfter takes at most 30 s', async () => {
    const { clock, client } = await openCall(async (call) => {
      call.on('dtmf', () => {
        void call.play(audio(500));
        void call.complete();
      });
      return idle(call);
    });
    client.send('error', { code: 429, message: 'slow down', retryAfter: 'PT9000000S' });
    client.send('dtmf', { digit: '1' });
    await clock.advance(29_900);
    expect(client.frames).toEqual([]);
    await clock.advance(1000);
    expect(client.botAudioMs).toBe(500);
    await untilEnd(clock, client);
  });
});

describe('empty pieces', () => {
  it('do not block other calls, for any number of them', async () => {
    function* nothing(): Generator<Uint8Array> {
      for (;;) yield new Uint8Array(0);
    }
    function* emptySources(): Generator<Uint8Array[]> {
      for (;;) yield [];
    }
    const { sequence } = await import('../src/index.js');
    for (const source of [nothing(), sequence(emptySources())]) {
      const { clock, client, bot } = await openCall((call) => {
        void call.play(source);
        return idle(call);
      });
      await clock.advance(50);
      client.send('ping', {});
      await clock.advance(50);
      expect(client.types).toContain('pong');
      await hangUp(clock, client);
      expect(bot.sessions).toBe(0);
    }
  });
});

describe('call.audio', () => {
  it('settles all pending next() calls in order, and the rest at the end', async () => {
    const steps: unknown[] = [];
    const { clock, client, stopAudio } = await openCall((call) => {
      const iterator = call.audio[Symbol.asyncIterator]();
      for (let index = 0; index < 4; index++) {
        void iterator.next().then(({ done, value }) => steps.push([index, done, value?.[0]]));
      }
      return idle(call);
    });
    stopAudio();
    client.sendAudio(new Uint8Array(160).fill(1));
    client.sendAudio(new Uint8Array(160).fill(2));
    await clock.advance(10);
    expect(steps).toEqual([
      [0, false, 1],
      [1, false, 2],
    ]);
    await hangUp(clock, client);
    expect(steps.slice(2)).toEqual([
      [2, true, undefined],
      [3, true, undefined],
    ]);
  });
});

describe('errors of another copy of the package', () => {
  /** What the CJS build throws into an ESM bot: the same brand and code, another class. */
  const foreign = (code: string, message: string) => new HooklineError(code, message);

  it('fail the call with their text if they are a CallFailure', async () => {
    const { clock, client } = await openCall(async () => {
      throw foreign('CALL_FAILURE', 'backend down');
    });
    expect(await untilEnd(clock, client)).toEqual({ reason: 'error', info: 'backend down' });
  });

  it('are recognised by instanceof, and a derived class recognises only its own', () => {
    class Mine extends CallFailure {}
    expect(foreign('CALL_FAILURE', 'x') instanceof CallFailure).toBe(true);
    expect(foreign('CALL_ENDED', 'x') instanceof CallEnded).toBe(true);
    expect(foreign('CALL_ENDED', 'x') instanceof CallFailure).toBe(false);
    expect(foreign('CALL_FAILURE', 'x') instanceof Mine).toBe(false);
    expect(new Mine('x') instanceof Mine).toBe(true);
    expect(new Mine('x') instanceof CallFailure).toBe(true);
    expect(new Error('CALL_FAILURE') instanceof CallFailure).toBe(false);
  });
});

describe('serverseq', () => {
  it.each([
    [0, 'pong'],
    [1, 'disconnect'],
  ])('is accepted up to the last sent seq: %i ahead', async (ahead, answer) => {
    const { clock, client } = await openCall(idle);
    client.send('ping', {}, { serverseq: client.serverseq + ahead });
    await clock.advance(10);
    expect(client.types.at(-1)).toBe(answer);
  });
});

describe('a schema whose validation throws', () => {
  TypeRegistry.Set('Throwing', (_, value) => {
    if (value === 'bad') throw new Error('the check broke');
    return true;
  });
  const schema = Type.Object({ a: Type.Unsafe<string>({ [Kind]: 'Throwing' }) });

  it.each([
    ['inputs', 'bad', 'good'],
    ['outputs', 'good', 'bad'],
  ])('ends its own call: %s', async (_, input, output) => {
    const { logger } = keeping();
    const options = { logger, inputs: schema, outputs: schema };
    const { clock, client, bot } = await dialBot(async () => ({ a: output }), options);
    client.open({ inputVariables: { a: input } });
    expect(await untilEnd(clock, client)).toEqual({ reason: 'error', info: 'internal error of the bot' });
    expect(bot.sessions).toBe(0);
  });
});
