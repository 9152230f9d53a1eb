import { VirtualClock } from '@hookline/runtime';
import { linkedCall } from '@hookline/testing';
import { RealtimeAgent, RealtimeSession } from '@openai/agents-realtime';
import { expect, test, vi } from 'vitest';
import { HooklineRealtimeTransport } from '../src/agents/index.js';
import { escapedErrors } from './escaped-errors.js';
import { peer } from './peer.js';

/** A call whose agent connects to this URL. */
function callTo(url: string) {
  const clock = new VirtualClock();
  const failures: unknown[] = [];
  const linked = linkedCall(
    () => async (call) => {
      const transport = new HooklineRealtimeTransport(call, { url, clock });
      const agent = new RealtimeAgent({ name: 'desk', instructions: 'You book.' });
      const session = new RealtimeSession(agent, { transport, tracingDisabled: true });
      session.on('error', () => {});
      try {
        await session.connect({ apiKey: 'sk-test' });
      } catch (error) {
        failures.push(error);
        throw error;
      }
      return transport.result;
    },
    { clock },
  );
  return { ...linked, failures };
}

test('an agent whose service never answers the upgrade takes the failure path after 5 s', async () => {
  const escaped = escapedErrors();
  let asked = 0;
  const service = await peer(
    () => {},
    () => {},
    () => {
      asked += 1;
    },
  );
  const it = callTo(service.url);
  await it.clock.advanceUntil(() => it.bot.sessions === 1);
  await it.clock.advance(100);
  await it.clock.hold(vi.waitFor(() => expect(asked).toBe(1), 5000));
  await it.clock.advance(4500);
  expect(it.failures).toEqual([]);
  expect(await it.clock.run(it.call.result)).toMatchObject({ path: 'failure' });
  expect(it.clock.now()).toBeLessThan(7000);
  expect(it.failures).toMatchObject([{ name: 'RealtimeFailure', reason: 'SERVICE_UNREACHABLE' }]);
  expect(escaped).toEqual([]);
});

test.each([
  [401, 'SERVICE_UNAUTHORIZED'],
  [429, 'SERVICE_LIMITED'],
  [503, 'SERVICE_UNREACHABLE'],
])(
  'an agent whose service answers the upgrade with %i takes the failure path: %s',
  async (status, reason) => {
    const service = await peer(
      () => {},
      () => {},
      (answer) => answer(false, status),
    );
    const it = callTo(service.url);
    await it.clock.advanceUntil(() => it.bot.sessions === 1);
    await it.clock.advance(100);
    await it.clock.hold(vi.waitFor(() => expect(it.failures).toHaveLength(1), 5000));
    expect(it.failures).toMatchObject([{ name: 'RealtimeFailure', reason }]);
    expect(await it.clock.run(it.call.result)).toMatchObject({ path: 'failure' });
  },
);
