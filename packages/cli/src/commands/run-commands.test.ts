import type { Call } from '@hookline/client';
import { systemClock } from '@hookline/runtime';
import { expect, it } from 'vitest';
import { MAX_RUNNING, runCommands } from './run-commands.js';

/** An open call in which each `say` is pending until the test resolves it through `waiting`. */
function busyCall() {
  const waiting: (() => void)[] = [];
  let end: () => void = () => {};
  const call = {
    state: 'open',
    on: () => () => {},
    result: new Promise<void>((resolve) => {
      end = resolve;
    }),
    say: () => new Promise<void>((resolve) => waiting.push(resolve)),
  } as unknown as Call;
  return { call, waiting, end };
}

async function* tones(count: number) {
  for (let line = 0; line < count; line++) yield Buffer.from('{"type":"tone","ms":10}\n');
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

it('reads no further line while MAX_RUNNING commands are running', async () => {
  const { call, waiting, end } = busyCall();
  const answers: unknown[] = [];
  const log = { answer: (answer: object) => void answers.push(answer), warning() {}, inputFailed() {} };
  const done = runCommands(call, tones(MAX_RUNNING + 5), { clock: systemClock, log });
  await settle();
  expect(waiting).toHaveLength(MAX_RUNNING);
  waiting[0]?.();
  await settle();
  expect(waiting).toHaveLength(MAX_RUNNING + 1);
  end();
  for (const finish of waiting) finish();
  await done;
  expect(answers).toHaveLength(MAX_RUNNING + 1);
});

it('reports an input error once and stops', async () => {
  const { call } = busyCall();
  const failures: string[] = [];
  async function* input() {
    yield Buffer.from('\n');
    throw new Error('EIO');
  }
  await runCommands(call, input(), {
    clock: systemClock,
    log: { answer() {}, warning() {}, inputFailed: (text) => void failures.push(text) },
  });
  expect(failures).toEqual(['EIO']);
});
