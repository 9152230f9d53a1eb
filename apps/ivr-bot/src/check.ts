import assert from 'node:assert/strict';
import { callAudioConnector, defineIntegration } from '@hookline/client';
import { createIvrBot } from './bot.js';

// The bot's own test: real calls over loopback, keys pressed ahead of the prompts.
const listening = await createIvrBot({ ivr: null }).listen(0, { host: '127.0.0.1' });
const integration = defineIntegration({ baseConnectionUri: listening.url, apiKey: 'ivr' });

async function press(keys: string, customerId = '42') {
  const call = callAudioConnector({ integration, inputs: { customerId } });
  await call.sendDtmf(keys);
  return call.result;
}
const [agent, goodbye, wrong, unknown] = await Promise.all([
  press('1234#1'),
  press('99#1234#2'),
  press('1#2#3#'),
  press('1234#1', '7'),
]);
assert.deepEqual(agent.path === 'success' && agent.outputs, { verified: 'true', next: 'transfer' });
assert.deepEqual(goodbye.path === 'success' && goodbye.outputs, { verified: 'true', next: 'goodbye' });
assert.deepEqual(wrong.path === 'success' && wrong.outputs, { verified: 'false', next: 'goodbye' });
assert.equal(unknown.path === 'failure' && unknown.cause, 'bot-error');
await listening.close();
console.log('The IVR bot does what it should: 4 calls.');
