import { scripted } from '@hookline/realtime/testing';
import { linkedCall } from '@hookline/testing';
import { expect, test } from 'vitest';
import { handler } from '../src/bot.js';

test('plays the greeting of the service to the caller', async () => {
  const service = scripted({ onAsk: (link) => link.reply('greeting', 1500, { text: 'Good evening.' }) });
  const { call, clock, errors } = linkedCall(() => handler(service));
  clock.after(5000, () => void call.hangup());
  const result = await clock.run(call.result);
  expect(errors.filter((error) => (error as { code?: string }).code !== 'CALL_ENDED')).toEqual([]);
  expect(result.heardMs).toBeGreaterThan(1400);
});
