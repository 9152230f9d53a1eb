import { ScriptedServer } from '@hookline/client/testing';
import { VirtualClock } from '@hookline/runtime';
import { describe, expect, test } from 'vitest';
import { readScenarios } from '../src/index.js';
import { runVirtual } from './run-virtual.js';

/** Runs a call which the caller ends, with a bot that may leave `close` unanswered. */
async function hangUp(closed: boolean, end: string) {
  const { scenarios } = await readScenarios(
    `version: 1\nname: a\nsteps:\n  - wait: 1s\n  - hangup\nend: ${end}\n`,
    'a.call.yaml',
  );
  const clock = new VirtualClock();
  const server = new ScriptedServer(clock);
  server.auto.closed = closed;
  return runVirtual(scenarios, server, clock);
}

describe('a warning between the result and the end of the connection', () => {
  test('fails a scenario that never expects one', async () => {
    const { passed, failure } = await hangUp(false, '{ never: [warning] }');
    expect(passed).toBe(false);
    expect(failure).toMatchObject({
      step: 'end',
      text: 'never warning',
      got: expect.stringContaining('closed did not arrive in time'),
    });
  });

  test.each([
    ['without that rule', false, '{ path: disconnected }'],
    ['of a bot that answers close', true, '{ never: [warning] }'],
  ])('fails no scenario %s', async (_, closed, end) => {
    expect((await hangUp(closed, end)).failure).toBeUndefined();
  });
});
