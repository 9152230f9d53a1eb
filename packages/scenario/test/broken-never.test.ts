import { ScriptedServer } from '@hookline/client/testing';
import { VirtualClock } from '@hookline/runtime';
import { expect, test } from 'vitest';
import { readScenarios } from '../src/index.js';
import { runVirtual } from './run-virtual.js';

test('a scenario hangs up as soon as the bot does what it must never do, instead of taking its steps to the end', async () => {
  const { scenarios } = await readScenarios(
    'version: 1\nname: a\nsteps:\n  - wait: 30s\nend: { never: [{ turn: { text: /secret/ } }] }\n',
    'a.call.yaml',
  );
  const clock = new VirtualClock();
  const server = new ScriptedServer(clock);
  clock.after(2000, () => {
    const data = { disposition: 'match', text: 'the secret', confidence: 0.9 };
    server.send('event', { entities: [{ type: 'bot_turn_response', data }] });
  });
  const { failure, durationMs, result } = await runVirtual(scenarios, server, clock);
  expect(failure).toMatchObject({ step: 0, text: 'never { turn: { text: /secret/ } }', atMs: 2000 });
  expect(result.path).toBe('disconnected');
  expect(durationMs).toBeLessThan(3000);
});
