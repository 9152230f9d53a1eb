import { VirtualClock } from '@hookline/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CallAudioConnectorOptions, callAudioConnector, type Dialled } from '../src/index.js';
import { ScriptedServer } from '../src/testing/index.js';
import { integration, scriptedCall } from './scripted-call.js';

const unhandled: unknown[] = [];
const note = (error: unknown) => unhandled.push(error);

beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', note);
});
afterEach(() => void process.off('unhandledRejection', note));

/** Expects that the bot of a call that has ended was sent nothing and lost the connection. */
async function expectDropped(clock: VirtualClock, server: ScriptedServer) {
  await clock.advance(10);
  expect(server.messages).toEqual([]);
  expect(server.ended?.what.code).toBe(1006);
  expect(clock.pending).toBe(0);
}

describe('the connection of a call that ends when the upgrade is answered', () => {
  it('is dropped if a listener hangs up', async () => {
    const { clock, server, call } = scriptedCall();
    call.on('wire', ({ kind }) => {
      if (kind === 'response') call.hangup();
    });
    expect(await clock.run(call.result)).toMatchObject({ path: 'disconnected', reason: 'callerHangup' });
    await clock.run(call.closed);
    await expectDropped(clock, server);
  });

  it('is dropped if a sink aborts', async () => {
    const abort = new AbortController();
    const { clock, server, call } = scriptedCall({
      signal: abort.signal,
      sink: { event: ({ kind }) => kind === 'response' && abort.abort() },
    });
    expect(await clock.run(call.result)).toMatchObject({ path: 'disconnected', reason: 'aborted' });
    await clock.run(call.closed);
    await expectDropped(clock, server);
  });

  it('is dropped if the dialler hangs up with its answer', async () => {
    const clock = new VirtualClock();
    const server = new ScriptedServer(clock);
    const dial: CallAudioConnectorOptions['dial'] = async (request) => {
      const dialled = await server.dial(request);
      call.hangup();
      return dialled;
    };
    const call = callAudioConnector({ integration, clock, dial });
    expect((await clock.run(call.result)).path).toBe('disconnected');
    await expectDropped(clock, server);
  });
});

it('a connection that is made too late is dropped, and an error of dropping it has no effect', async () => {
  const clock = new VirtualClock();
  let drops = 0;
  const terminate = (): Promise<void> => {
    drops += 1;
    return Promise.reject(new Error('it cannot be dropped'));
  };
  const transport = { bufferedAmount: 0, listen() {}, sendText() {}, sendBinary() {}, close() {}, terminate };
  const dialled: Dialled = { transport, requestHead: '', responseHead: '', status: 101 };
  const heads: string[] = [];
  const call = callAudioConnector({
    integration,
    clock,
    dial: () => new Promise((resolve) => void clock.after(300, () => resolve(dialled))),
    timers: { upgradeMs: 50 },
    sink: { event: ({ kind }) => heads.push(kind) },
  });
  expect(await clock.run(call.result)).toMatchObject({ cause: 'upgrade-timeout' });
  await clock.advance(1000);
  await new Promise(setImmediate);
  expect([drops, heads, unhandled]).toEqual([1, ['request', 'response', 'end', 'violation'], []]);
});
