import type { CallHandler } from '@hookline/server';
import { linkedCall, openTestCall } from '@hookline/testing';
import { Type } from '@sinclair/typebox';
import { expect, test } from 'vitest';

const inputs = Type.Object({ customer: Type.String() });
const outputs = Type.Object({ greeting: Type.String() });

const typed: CallHandler<{ customer: string }, { greeting: string }> = async (call) => ({
  greeting: `Hello ${call.inputs.customer}`,
});
const prepared: CallHandler<Readonly<Record<string, string>>, { greeting: string }, [number]> = async (
  _,
  count,
) => ({ greeting: String(count) });

test('a handler with typed variables is tested with its schemas', async () => {
  await using call = await openTestCall(
    { handler: () => typed, options: { inputs, outputs } },
    { inputs: { customer: 'Ann' }, outputs: ['greeting'] },
  );
  expect(await call.ended()).toMatchObject({ path: 'success', outputs: { greeting: 'Hello Ann' } });
  const refused = linkedCall(() => typed, { bot: { inputs }, call: { inputs: {} } });
  expect(await refused.clock.run(refused.call.result)).toMatchObject({
    path: 'failure',
    failureOutputs: { errorMessage: expect.stringContaining('customer') },
  });
});

test('a handler that takes what prepare returns is tested with its prepare', async () => {
  const { clock, call } = linkedCall(() => prepared, {
    bot: { prepare: async () => 7 },
    call: { outputs: ['greeting'] },
  });
  expect(await clock.run(call.result)).toMatchObject({ path: 'success', outputs: { greeting: '7' } });
});
