import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_TEXT_CHARS } from '@hookline/protocol';
import { describe, expect, it, vi } from 'vitest';
import { type Call, CallFailure, type EndReason } from '../src/index.js';
import { audio, hangUp, idle, openCall, untilEnd } from './open-call.js';

describe('a call that fails', () => {
  const collected = { intent: 'book', table: '4' };
  const ways: [string, (call: Call) => unknown][] = [
    ['fail()', (call) => call.fail('the service is gone', { outputs: collected })],
    [
      'a CallFailure',
      () => {
        throw new CallFailure('the service is gone', { outputs: collected });
      },
    ],
  ];

  it.each(ways)('by %s gives the flow the outputs that were collected, after its words', async (_, end) => {
    const { clock, client } = await openCall(async (call) => {
      void call.play(audio(1500));
      await end(call);
    });
    expect(await untilEnd(clock, client)).toEqual({
      reason: 'error',
      info: 'the service is gone',
      outputVariables: collected,
    });
    expect(client.player.heardMs).toBe(1500);
  });

  it('by a CallFailure ends at once if configured, regardless of queued audio', async () => {
    const { clock, client } = await openCall(async (call) => {
      void call.play(audio(9000));
      throw new CallFailure('gone', { immediate: true });
    });
    expect(await untilEnd(clock, client)).toEqual({ reason: 'error', info: 'gone' });
    expect(client.player.heardMs).toBeLessThan(500);
  });

  it('keeps its outputs and truncates its message if both together are too long', async () => {
    const outputs = { long: 'x'.repeat(65_000) };
    const { clock, client } = await openCall(() => {
      throw new CallFailure('why '.repeat(500), { outputs });
    });
    const told = await untilEnd(clock, client);
    expect(told?.outputVariables).toEqual(outputs);
    expect(told?.info).toMatch(/^why why .*…$/);
    expect(JSON.stringify(told).length).toBeLessThan(MAX_TEXT_CHARS - 200);
  });

  it('does not require outputs of its schema that were not collected', async () => {
    const { clock, client } = await openCall(() => {
      throw new CallFailure('early', { outputs: {} });
    });
    expect(await untilEnd(clock, client)).toEqual({ reason: 'error', info: 'early', outputVariables: {} });
  });

  it('with an output that is not a string is reported as a mistake of the bot, with its name', async () => {
    const { clock, client } = await openCall(() => {
      // @ts-expect-error a number
      throw new CallFailure('gone', { outputs: { tries: 3 } });
    });
    expect((await untilEnd(clock, client))?.info).toContain('Output variable "tries" is a number');
  });

  it('refuses an unknown option of CallFailure', () => {
    // @ts-expect-error misspelt
    expect(() => new CallFailure('x', { output: {} })).toThrow('did you mean `outputs`?');
  });
});

describe('a CallFailure that a callback throws', () => {
  const fail = () => {
    throw new CallFailure('no agent', { outputs: { queue: 'billing' } });
  };

  it.each<[string, (call: Call) => unknown]>([
    ['a listener of an event', (call) => call.on('dtmf', fail)],
    ['an async listener of an event', (call) => call.on('dtmf', async () => fail())],
    ['a listener of caller audio', (call) => call.on('dtmf', () => call.onAudio(fail))],
    ['a listener of call.caller()', (call) => call.on('dtmf', () => call.caller().onAudio(fail))],
  ])('fails the call as if the handler had thrown it: %s', async (_, listen) => {
    const onError = vi.fn();
    const { clock, client } = await openCall(
      (call) => {
        void call.play(audio(1500));
        listen(call);
        return idle(call);
      },
      { onError },
    );
    client.send('dtmf', { digit: '1' });
    expect(await untilEnd(clock, client)).toEqual({
      reason: 'error',
      info: 'no agent',
      outputVariables: { queue: 'billing' },
    });
    expect(client.player.heardMs).toBe(1500);
    expect(onError).not.toHaveBeenCalled();
  });

  it('is not overridden by the handler if that goes on to play, which rejects with CallEnded', async () => {
    const onError = vi.fn();
    const { clock, client } = await openCall(
      async (call) => {
        void call.play(audio(1500));
        call.on('dtmf', fail);
        await new Promise<void>((resolve) => call.on('dtmf', () => resolve()));
        await call.play(audio(100));
      },
      { onError },
    );
    client.send('dtmf', { digit: '1' });
    expect(await untilEnd(clock, client)).toMatchObject({
      info: 'no agent',
      outputVariables: { queue: 'billing' },
    });
    expect(onError).not.toHaveBeenCalled();
  });
});

describe('a handler that waits with call.signal', () => {
  it.each<[string, (call: Call) => Promise<unknown>]>([
    [
      'a timer of Node, whose AbortError has CallEnded as its cause',
      (call) => sleep(60_000, undefined, { signal: call.signal }),
    ],
    [
      'an event, whose error the bot wraps in its own',
      (call) =>
        once(new EventEmitter(), 'ready', { signal: call.signal }).catch((cause: unknown) => {
          throw new Error('not ready', { cause });
        }),
    ],
    ['throwIfAborted', async (call) => call.ended.then(() => call.signal.throwIfAborted())],
  ])('does not fail when the caller hangs up: %s', async (_, wait) => {
    const onError = vi.fn();
    const { clock, client } = await openCall((call) => wait(call) as Promise<undefined>, { onError });
    await hangUp(clock, client);
    await new Promise((resolve) => setImmediate(resolve));
    expect(onError).not.toHaveBeenCalled();
  });

  it.each<[string, Error]>([
    ['an error of another kind', new Error('boom')],
    ['an error with another cause', new Error('boom', { cause: new Error('disk') })],
    ['an error that is its own cause', Object.assign(new Error('boom'), { cause: undefined })],
  ])('fails with %s after the end as well', async (_, error) => {
    if (error.cause === undefined && 'cause' in error) error.cause = error;
    const onError = vi.fn();
    const { clock, client } = await openCall(
      async (call) => {
        await call.ended;
        throw error;
      },
      { onError },
    );
    await hangUp(clock, client);
    expect(onError).toHaveBeenCalledWith(error, expect.anything());
  });
});

describe('call.ended', () => {
  it('resolves with the end of its own call, if requested before or after the end', async () => {
    const told: EndReason[] = [];
    let call: Call | undefined;
    const { clock, client } = await openCall(async (it) => {
      call = it;
      told.push(await it.ended);
      return idle(it);
    });
    await clock.advance(1000);
    expect(told).toEqual([]);
    await hangUp(clock, client);
    expect(told).toEqual(['callerHangup']);
    expect(await call?.ended).toBe('callerHangup');
    expect(call?.ended).toBe(call?.ended);
  });
});
