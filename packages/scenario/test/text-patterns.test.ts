import { ScriptedServer } from '@hookline/client/testing';
import { VirtualClock } from '@hookline/runtime';
import { describe, expect, test } from 'vitest';
import { readScenarios } from '../src/index.js';
import { runVirtual } from './run-virtual.js';

/** Runs one step against a bot whose turn is `hello`. */
async function run(step: string) {
  const { scenarios, problems } = await readScenarios(
    `version: 1\nname: a\nsteps:\n  - ${step}\n`,
    'a.call.yaml',
  );
  expect(problems).toEqual([]);
  const clock = new VirtualClock();
  const server = new ScriptedServer(clock);
  const turn = { type: 'bot_turn_response', data: { disposition: 'match', text: 'hello' } };
  void server.next('open').then(() => clock.after(100, () => server.send('event', { entities: [turn] })));
  return runVirtual(scenarios, server, clock);
}

describe('a pattern with slashes means the same wherever a pattern is allowed', () => {
  test.each(['/HELLO/i', '{ matches: /HELLO/i }', '{ matches: ^hel }', '{ matches: "/^h.*o$/s" }'])(
    '%s',
    async (text) => {
      const met = await run(`expect: { turn: { text: ${text} } }`);
      expect(met.failure).toBeUndefined();
      const absent = await run(`expect: { absent: { turn: { text: ${text} } }, for: 1s }`);
      expect(absent.failure?.got).toContain('turn match "hello"');
    },
  );
});
