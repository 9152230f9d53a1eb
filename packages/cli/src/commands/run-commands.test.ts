import type { Call } from '@hookline/client';
import { systemClock } from '@hookline/runtime';
import { expect, it } from 'vitest';
import { MAX_UNDER_WAY, runCommands } from './run-commands.js';

/** An open call whose caller takes in nothing until `finishOne`. */
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

it('leaves lines unread while MAX_UNDER_WAY commands are not done', async () => {
  const { call, waiting, end } = busyCall();
  const answers: unknown[] = [];
  const log = { answer: (answer: object) => void answers.push(answer), broken() {} };
  const done = runCommands(call, tones(MAX_UNDER_WAY + 5), { clock: systemClock, log });
  await settle();
  expect(waiting).toHaveLength(MAX_UNDER_WAY);
  waiting[0]?.();
  await settle();
  expect(waiting).toHaveLength(MAX_UNDER_WAY + 1);
  end();
  for (const finish of waiting) finish();
  await done;
  expect(answers).toHaveLength(MAX_UNDER_WAY + 1);
});

it('tells once that the input cannot be read, and ends with it', async () => {
  const { call } = busyCall();
  const broken: string[] = [];
  async function* input() {
    yield Buffer.from('\n');
    throw new Error('EIO');
  }
  await runCommands(call, input(), {
    clock: systemClock,
    log: { answer() {}, broken: (text) => void broken.push(text) },
  });
  expect(broken).toEqual(['EIO']);
});
