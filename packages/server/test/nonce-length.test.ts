import { VirtualClock } from '@hookline/runtime';
import { createBot } from '@hookline/server';
import { expect, test } from 'vitest';
import { idle, requestWithNonce, SECRET } from './open-call.js';

/** The keys that a store is asked to remember for a request with this nonce. */
async function keysOf(nonce: string): Promise<string[]> {
  const keys: string[] = [];
  const clock = new VirtualClock();
  const nonces = { remember: (key: string) => keys.push(key) > 0 };
  const bot = createBot({ auth: { 'test-key': SECRET }, clock, nonces }, idle);
  await clock.run(bot.inject(requestWithNonce(clock, nonce)));
  return keys;
}

test('passes nonces of up to 64 characters to a nonce store unchanged, and longer ones as a digest', async () => {
  for (const length of [24, 63, 64]) {
    const nonce = 'n'.repeat(length);
    expect(await keysOf(nonce)).toEqual([JSON.stringify(['test-key', nonce])]);
  }
  for (const length of [65, 66, 4000]) {
    const [key = '', ...more] = await keysOf('n'.repeat(length));
    expect(more).toEqual([]);
    expect(JSON.parse(key)).toEqual(['test-key', expect.stringMatching(/^sha256:[0-9a-f]{64}$/)]);
  }
});
