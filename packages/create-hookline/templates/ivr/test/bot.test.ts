import { linkedCall } from '@hookline/testing';
import { expect, test } from 'vitest';
import { handler } from '../src/bot.js';

async function press(keys: string, customerId: string) {
  const { call, clock } = linkedCall(() => handler, {
    call: { inputs: { customerId }, outputs: ['verified', 'next'] },
  });
  clock.after(1000, () => void call.sendDtmf(keys));
  return clock.run(call.result);
}

test('verifies a caller who knows the code', async () => {
  expect(await press('1234#', '42')).toMatchObject({
    path: 'success',
    outputs: { verified: 'true', next: 'transfer' },
  });
});

test('gives three tries', async () => {
  expect(await press('1#2#8765#', '43')).toMatchObject({ outputs: { verified: 'true' } });
  expect(await press('1#2#3#', '43')).toMatchObject({ outputs: { verified: 'false', next: 'goodbye' } });
});

test('fails the call of an unknown customer', async () => {
  for (const customer of ['7', '', 'constructor'])
    expect(await press('1234#', customer)).toMatchObject({ path: 'failure', cause: 'bot-error' });
});
