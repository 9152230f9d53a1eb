import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { callAudioConnector, defineIntegration } from '@hookline/client';
import { systemClock as clock } from '@hookline/runtime';
import { createLadder } from '@hookline/trace';
import { createTraceWriter } from '@hookline/trace/node';
import { createService, createVoiceBot, describeCapabilities } from './bot.js';
import { bookTable, prepareCaller } from './caller.js';
import { Voice } from './voice.js';

// A caller books a table over a signed WebSocket on loopback, in real time, and interrupts the bot once.

const available = await createService();
const lines = await prepareCaller(new Voice('slt'));
const clientSecret = randomBytes(32).toString('base64');
const bot = createVoiceBot(
  available,
  { 'voice-bot': clientSecret },
  {
    onUnderstood: (words) => console.log(`         the bot understood: ${words}`),
    onInterrupted: (ms) => console.log(`         the bot was interrupted ${ms} ms into the sentence`),
  },
);
const listening = await bot.listen(0, { host: '127.0.0.1' });
const stamp = new Date(clock.wall()).toISOString().replace(/[:.]/g, '-');
const dir = process.argv[2] ?? join('.hookline', `voice-bot-${stamp}`);
const trace = createTraceWriter({
  dir,
  vantage: 'client',
  clock,
  url: listening.url,
  secrets: [clientSecret],
});

console.log(`A caller books a table at ${listening.url}. ${describeCapabilities(available)}\n`);
const call = callAudioConnector({
  integration: defineIntegration({
    baseConnectionUri: listening.url,
    apiKey: 'voice-bot',
    clientSecret,
  }),
  sink: trace,
});
const ladder = createLadder({ vantage: 'client', right: 'voice-bot', width: process.stdout.columns ?? 100 });
console.log(ladder.titles);
call.on('wire', (event) => {
  for (const row of ladder.push(event)) console.log(row);
});

await Promise.race([bookTable(call, clock, lines, available.wordsUnderstood), call.result]);
const result = await call.result;
await call.closed;
for (const row of ladder.flush()) console.log(row);
trace.result(result);
await trace.close();
await listening.close();
console.log(`\noutputs    ${JSON.stringify(result.path === 'success' ? result.outputs : result)}`);
console.log(`barge-ins  ${result.bargeIns}`);
console.log(`recording  ${join(dir, 'call.wav')} (left the caller, right the bot as heard)`);
assert.deepEqual(result.path === 'success' && result.outputs, {
  reservation: '4 people, Friday at 7 pm',
});
assert.equal(result.bargeIns, 1);
