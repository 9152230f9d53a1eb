import { expect, it } from 'vitest';
import { verifies } from '#verifies';
import { openCall, untilEnd } from './open-call.js';

it(verifies('AC-OUT-1', 'AC-OUT-4', 'puts outputs into `disconnect` and nothing into `closed`'), async () => {
  const { clock, client } = await openCall(() => ({ intent: 'balance' }));
  expect(await untilEnd(clock, client)).toEqual({
    reason: 'completed',
    outputVariables: { intent: 'balance' },
  });
  expect(client.last('closed')?.parameters).toEqual({});
});
