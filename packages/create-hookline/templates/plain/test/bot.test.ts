import { phraseUrl } from '@hookline/bots';
import { inTurn, silenceCaller, wavCaller } from '@hookline/client';
import { linkedCall } from '@hookline/testing';
import { expect, test } from 'vitest';
import { handler } from '../src/bot.js';

test('repeats what the caller says, and ends when # is pressed', async () => {
  const { call, clock, errors } = linkedCall(() => handler, {
    call: {
      caller: inTurn(silenceCaller(1000), wavCaller(phraseUrl('hello')), silenceCaller(60_000)),
      outputs: ['utterances'],
    },
  });
  clock.after(8000, () => void call.sendDtmf('#'));
  const result = await clock.run(call.result);
  expect(errors).toEqual([]);
  expect(result).toMatchObject({ path: 'success', outputs: { utterances: '1' }, warnings: [] });
  expect(result.heardMs).toBeGreaterThan(1500);
});

test('reports no error when the caller hangs up', async () => {
  const { call, clock, errors } = linkedCall(() => handler);
  clock.after(2000, () => void call.hangup());
  expect((await clock.run(call.result)).path).toBe('disconnected');
  expect(errors.filter((error) => (error as { code?: string }).code !== 'CALL_ENDED')).toEqual([]);
});
