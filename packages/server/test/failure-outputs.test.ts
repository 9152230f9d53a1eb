import { MAX_TEXT_CHARS } from '@hookline/protocol';
import { describe, expect, it } from 'vitest';
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
