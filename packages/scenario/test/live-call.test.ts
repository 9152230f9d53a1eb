import { defineIntegration } from '@hookline/client';
import { ScriptedServer } from '@hookline/client/testing';
import { VirtualClock } from '@hookline/runtime';
import { expect, test } from 'vitest';
import { LiveCall } from '../src/live/live-call.js';

test('what is true at the deadline of a wait counts, although nothing reports the change', async () => {
  const clock = new VirtualClock();
  const { dial } = new ScriptedServer(clock);
  const integration = defineIntegration({
    baseConnectionUri: 'wss://bots.example',
    apiKey: 'key',
    clientSecret: null,
    dial,
  });
  const action = { integration, clock };
  const live = new LiveCall({ action, turnGapMs: 700, withinMs: 10_000, recordAudio: false });
  const since = (ms: number) => () => (live.nowMs >= ms ? live.nowMs : undefined);
  expect(await clock.run(live.waitFor(since(1500), 1500))).toBe(1500);
  expect(await clock.run(live.waitFor(since(3000), 2500))).toBeUndefined();
  live.call.hangup();
  await clock.run(live.call.closed);
});
