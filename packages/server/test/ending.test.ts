import { describe, expect, it } from 'vitest';
import { verifies } from '../../../scripts/verifies.ts';
import { type Call, CallEnded, CallFailure } from '../src/index.js';
import { audio, hangUp, idle, openCall, untilEnd } from './open-call.js';

describe('a call that the bot ends', () => {
  it(
    verifies(
      'AC-PLAY-4',
      'AC-OUT-7',
      'AC-OUT-1',
      'returns the outputs once the prompt before was heard to its last millisecond',
    ),
    async () => {
      const { clock, client, bot } = await openCall(async (call) => {
        void call.play(audio(3210));
        return { done: 'true', Done: 'yes' };
      });
      await clock.advanceUntil(() => client.types.includes('disconnect'));
      expect(client.player.heardMs).toBe(3210);
      expect(await untilEnd(clock, client)).toEqual({
        reason: 'completed',
        outputVariables: { done: 'true', Done: 'yes' },
      });
      expect(bot.sessions).toBe(0);
      expect(clock.pending).toBe(0);
    },
  );

  it('completes without outputs if the handler returns nothing', async () => {
    const { clock, client } = await openCall(() => {});
    expect(await untilEnd(clock, client)).toEqual({ reason: 'completed', outputVariables: {} });
  });

  it('cuts off the prompt if it is ended at once', async () => {
    const { clock, client } = await openCall(async (call) => {
      void call.play(audio(60_000));
      await call.complete({ cut: 'yes' }, { immediate: true });
    });
    expect(await untilEnd(clock, client)).toEqual({ reason: 'completed', outputVariables: { cut: 'yes' } });
    expect(client.player.heardMs).toBeLessThan(1000);
  });

  it('plays the prompt of a failure to its end', async () => {
    const { clock, client } = await openCall(async (call) => {
      void call.play(audio(1500));
      throw new CallFailure('backend down');
    });
    expect(await untilEnd(clock, client)).toEqual({ reason: 'error', info: 'backend down' });
    expect(client.player.heardMs).toBe(1500);
  });

  it('tells the client only that there was an unexpected error, and logs it', async () => {
    const lines: unknown[] = [];
    const quiet = () => {};
    const logger = { debug: quiet, info: quiet, warn: quiet, error: (fields: object) => lines.push(fields) };
    const { clock, client } = await openCall(
      async () => {
        throw new Error('password is hunter2');
      },
      { logger },
    );
    expect(await untilEnd(clock, client)).toEqual({ reason: 'error', info: 'internal error of the bot' });
    expect(lines).toEqual([
      expect.objectContaining({ err: expect.objectContaining({ message: 'password is hunter2' }) }),
    ]);
  });

  it.each([
    ['a number', { count: 3 }, /"count" is a number/],
    ['an object', { nested: {} }, /"nested" is an object/],
    ['undefined', { empty: undefined }, /"empty" is undefined/],
  ])(verifies('AC-OUT-2', 'refuses an output that is %s, naming it'), async (_, outputs, reason) => {
    const { clock, client } = await openCall(async () => outputs as unknown as Record<string, string>);
    expect(await untilEnd(clock, client)).toEqual({ reason: 'error', info: expect.stringMatching(reason) });
  });

  it('refuses outputs too long for a message, and names the largest', async () => {
    const { clock, client } = await openCall(async () => ({ a: 'x', story: 'y'.repeat(70_000) }));
    const parameters = await untilEnd(clock, client);
    expect(parameters).toEqual({ reason: 'error', info: expect.stringMatching(/largest is "story"/) });
  });

  it('is decided by the first of complete and fail', async () => {
    const { clock, client } = await openCall(async (call) => {
      void call.play(audio(500));
      void call.complete({ first: 'yes' });
      void call.fail('second');
      throw new CallFailure('third');
    });
    expect(await untilEnd(clock, client)).toEqual({ reason: 'completed', outputVariables: { first: 'yes' } });
    expect(client.all('disconnect')).toHaveLength(1);
  });

  it('plays nothing more after the decision', async () => {
    const late: unknown[] = [];
    const { clock, client } = await openCall(async (call) => {
      void call.complete({});
      await call.play(audio(500)).catch((error: unknown) => late.push(error));
      call.sendFrame(audio(20));
    });
    await untilEnd(clock, client);
    expect(late).toEqual([expect.any(CallEnded)]);
    expect(client.frames).toEqual([]);
  });

  it('drops and counts a raw frame after the decision, while earlier audio plays', async () => {
    const { clock, client } = await openCall(async (call) => {
      call.sendFrame(audio(20));
      void call.complete({});
      call.sendFrame(audio(30));
      call.sendFrame(audio(30));
      expect(call.stats.droppedOutFrames).toBe(2);
    });
    await untilEnd(clock, client);
    expect(client.frames.map(({ bytes }) => bytes.length)).toEqual([160]);
  });

  it('sends a turn before the disconnect that follows it', async () => {
    const { clock, client } = await openCall(async (call) => {
      for (let turn = 0; turn < 22; turn++) call.turn({ disposition: 'match', text: `turn ${turn}` });
    });
    await untilEnd(clock, client);
    expect(client.types.filter((type) => type === 'event')).toHaveLength(22);
    expect(client.types.slice(-2)).toEqual(['disconnect', 'closed']);
  });
});

describe('a call that the caller ends', () => {
  it('does not change the stack traces of the process', async () => {
    const { stackTraceLimit } = Error;
    expect(stackTraceLimit).toBeGreaterThan(0);
    const { clock, client } = await openCall(idle);
    await hangUp(clock, client);
    expect(Error.stackTraceLimit).toBe(stackTraceLimit);
  });

  it(
    verifies('AC-OUT-5', 'AC-OUT-4', 'rejects what the handler awaits with CallEnded, which is no error'),
    async () => {
      const seen: unknown[] = [];
      let ended: Call | undefined;
      const { clock, client, bot } = await openCall(async (call) => {
        ended = call;
        call.signal.addEventListener('abort', () => seen.push(call.signal.reason));
        seen.push(await call.play(audio(10_000)));
        await call.play(audio(10_000));
      });
      await clock.advance(1000);
      await hangUp(clock, client);
      expect(seen).toEqual([
        expect.objectContaining({ code: 'CALL_ENDED', reason: 'callerHangup' }),
        { ended: 'callEnded', heardMs: expect.closeTo(1000, -2) },
      ]);
      expect(ended?.signal.aborted).toBe(true);
      expect(client.types).toEqual(['opened', 'closed']);
      expect(bot.sessions).toBe(0);
      expect(clock.pending).toBe(0);
    },
  );

  it('rejects collectDigits, pause, resume and complete after its end', async () => {
    const codes: unknown[] = [];
    const { clock, client } = await openCall(async (call) => {
      const pending = [call.collectDigits(), call.pause(), call.resume()];
      for (const result of await Promise.allSettled(pending)) {
        codes.push(result.status === 'rejected' ? result.reason.code : result);
      }
      for (const result of await Promise.allSettled([
        call.collectDigits(),
        call.pause(),
        call.resume(),
        call.complete({}),
      ])) {
        codes.push(result.status === 'rejected' ? result.reason.code : result);
      }
    });
    await hangUp(clock, client);
    expect(codes).toEqual(Array(7).fill('CALL_ENDED'));
  });

  it('ends what is first used after its end: no detector is made, no audio heard, nothing sent', async () => {
    const seen: unknown[] = [];
    let ended: Call | undefined;
    const { clock, client } = await openCall((call) => {
      ended = call;
      return idle(call);
    });
    await hangUp(clock, client);
    const sent = client.messages.length;
    const note = (what: unknown) => void seen.push(what);
    const vad = () => {
      note('a detector');
      return { pushPcm: () => [] };
    };
    ended?.onSpeech({ start: note, end: note }, { vad })();
    ended?.caller().onAudio(note)();
    ended?.turn({ disposition: 'match' });
    expect([ended?.stop(), ended?.bargeIn()]).toEqual([[], []]);
    for (const read of [() => ended?.caller(), () => ended?.audio]) {
      await expect(read()?.[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'CALL_ENDED' });
    }
    await clock.advance(1000);
    expect(seen).toEqual([]);
    expect(client.messages).toHaveLength(sent);
    expect(clock.pending).toBe(0);
  });

  it('ends the loop over its audio, and refuses a new one', async () => {
    const steps: string[] = [];
    const { clock, client } = await openCall(async (call) => {
      for await (const _ of call.audio) steps.push('frame');
      steps.push('over');
      try {
        for await (const _ of call.audio) steps.push('never');
      } catch (error) {
        steps.push((error as CallEnded).code);
      }
    });
    await clock.advance(450);
    await hangUp(clock, client);
    expect(steps).toEqual(['frame', 'frame', 'over', 'CALL_ENDED']);
  });

  it(verifies('AC-CONN-10', 'AC-CONN-9', 'ends when the connection is lost without a word'), async () => {
    let reason: unknown;
    const { clock, client, bot } = await openCall((call) => {
      call.signal.addEventListener('abort', () => {
        reason = call.signal.reason.reason;
      });
      return new Promise<void>(() => {});
    });
    client.transport.terminate();
    await clock.advance(10);
    expect(reason).toBe('connectionLost');
    expect(bot.sessions).toBe(0);
    expect(clock.pending).toBe(0);
  });
});

describe('a callback that fails', () => {
  it.each([
    [
      'onAudio throws',
      (call: Call) =>
        void call.onAudio(() => {
          throw new Error('x');
        }),
    ],
    [
      'onAudio rejects',
      (call: Call) =>
        void call.onAudio(async () => {
          throw new Error('x');
        }),
    ],
    [
      'an event listener throws',
      (call: Call) =>
        void call.on('dtmf', () => {
          throw new Error('x');
        }),
    ],
    [
      'an event listener rejects',
      (call: Call) =>
        void call.on('dtmf', async () => {
          throw new Error('x');
        }),
    ],
    [
      'a speech detector throws',
      (call: Call) =>
        void call.onSpeech(
          {},
          {
            vad: () => ({
              pushPcm: () => {
                throw new Error('x');
              },
            }),
          },
        ),
    ],
    [
      'a speech detector cannot be created',
      (call: Call) => void call.onSpeech({}, { vad: () => Promise.reject(new Error('x')) }),
    ],
  ])('ends only its own call: %s', async (_, break_) => {
    const quiet = () => {};
    const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
    const { clock, client } = await openCall(
      (call) => {
        break_(call);
        return idle(call);
      },
      { logger },
    );
    await clock.advance(1);
    client.send('dtmf', { digit: '1' });
    expect(await untilEnd(clock, client)).toEqual({ reason: 'error', info: 'internal error of the bot' });
  });
});

it('the sink receives every message that crosses the end of the call, however long, up to the limit', async () => {
  const texts: string[] = [];
  const { clock, client } = await openCall(async () => ({ done: 'yes' }), {
    sink: () => ({
      event: (event) => void (event.kind === 'message' && event.dir === 'in' && texts.push(event.text)),
    }),
  });
  await clock.advanceUntil(() => client.types.includes('disconnect'));
  const before = texts.length;
  for (const message of ['m'.repeat(5000), 'short']) client.send('error', { code: 429, message });
  await clock.advance(1);
  expect(texts.slice(before).map((text) => JSON.parse(text).seq)).toEqual([client.seq - 1, client.seq]);
  for (let sent = 0; sent < 200; sent++) client.send('error', { code: 429, message: 'm'.repeat(5000) });
  await clock.advance(1);
  expect(texts.length - before).toBeLessThan(60);
});
