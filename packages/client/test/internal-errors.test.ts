import { type Clock, VirtualClock } from '@hookline/runtime';
import { describe, expect, it } from 'vitest';
import { callAudioConnector } from '../src/index.js';
import { ScriptedServer } from '../src/testing/index.js';
import { failure, integration } from './scripted-call.js';

/** An open call whose clock fails so many times, once it is told to. */
async function callWithFailingClock(failures: number) {
  const virtual = new VirtualClock();
  const errors: unknown[] = [];
  let left = 0;
  const clock: Clock = {
    wall: () => virtual.wall(),
    after: (ms, run) => virtual.after(ms, run),
    now() {
      left -= 1;
      if (left >= 0) throw new Error('the clock has stopped');
      return virtual.now();
    },
  };
  const server = new ScriptedServer(virtual);
  const log = () => {};
  const call = callAudioConnector({
    integration,
    connectorId: 'book',
    clock,
    dial: server.dial,
    logger: { debug: log, info: log, warn: log, error: ({ err }) => void errors.push(err) },
  });
  await virtual.settle();
  return {
    virtual,
    server,
    call,
    errors,
    fail() {
      left = failures;
      server.send('pause', {});
    },
  };
}

describe('an error inside the session', () => {
  it('ends its call on the failure path, is logged, and closes the session in order', async () => {
    const { virtual, server, call, errors, fail } = await callWithFailingClock(1);
    fail();
    const result = failure(await virtual.run(call.result));
    expect(result).toMatchObject({ cause: 'internal' });
    expect(result.failureOutputs.errorMessage).toContain('the clock has stopped');
    expect(errors).toHaveLength(1);
    expect(server.of('close')).toHaveLength(1);
  });

  it('ends it all the same if the regular end fails too', async () => {
    const { virtual, call, fail } = await callWithFailingClock(2);
    fail();
    expect(failure(await virtual.run(call.result))).toMatchObject({ cause: 'internal' });
  });
});
