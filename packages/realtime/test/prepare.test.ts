import { VirtualClock } from '@hookline/runtime';
import { linkedCall } from '@hookline/testing';
import { describe, expect, test } from 'vitest';
import {
  endCall,
  prepareRealtime,
  RealtimeError,
  type RealtimeOptions,
  type RealtimeService,
  realtime,
} from '../src/index.js';
import { type ScriptedOptions, scripted } from '../src/testing/index.js';

/** A call whose service is dialled at the upgrade; `other` are options of the handler. */
function prepared(
  about: {
    service?: ScriptedOptions;
    prepared?: RealtimeOptions;
    session?: RealtimeOptions;
    latencyMs?: number;
  } = {},
) {
  const clock = new VirtualClock();
  const service = scripted({ connectMs: 300, ...about.service });
  const base: RealtimeOptions = {
    clock,
    tools: { end_call: endCall() },
    instructions: 'Be brief.',
    ...about.prepared,
  };
  const linked = linkedCall(
    () =>
      ((call: never, ahead: RealtimeService) =>
        realtime(call, ahead, { ...base, ...about.session })) as never,
    { clock, latencyMs: about.latencyMs ?? 100, bot: { prepare: prepareRealtime(service, base) } as never },
  );
  return { ...linked, service };
}

/** Ends the call and expects that no timers remain. */
async function over({ clock, call, bot, service }: ReturnType<typeof prepared>) {
  const result = await clock.run(call.result);
  await clock.run(call.closed);
  // Messages in transit arrive.
  await clock.advance(5000);
  await clock.advanceUntil(() => bot.sessions === 0, 20_000);
  await clock.settle();
  expect(clock.pending).toBe(0);
  expect(service.links.every(({ closed }) => closed)).toBe(true);
  return result;
}

describe('a prepared service', () => {
  test('is dialled once while the client opens the call, and greets', async () => {
    const it = prepared();
    await it.clock.advanceUntil(() => it.service.links.length > 0);
    // With 100 ms latency, the upgrade arrived at 100 ms, `open` at 300.
    expect(it.clock.now()).toBeLessThanOrEqual(410);
    await it.clock.advance(50);
    const asks = it.service.link.calls.filter(({ type }) => type === 'ask');
    expect(asks).toHaveLength(1);
    it.call.hangup();
    await over(it);
    expect(it.service.links).toHaveLength(1);
  });

  test('reports earlier events when the session starts', async () => {
    const it = prepared({ latencyMs: 300, service: { connectMs: 0 } });
    await it.clock.advanceUntil(() => it.service.links.length > 0);
    it.service.link.reply('r1', 400, { byte: 0x11 });
    await it.clock.advanceUntil(() => it.call.state === 'open');
    await it.clock.advance(1500);
    it.call.hangup();
    expect((await over(it)).heardMs).toBe(400);
  });

  test('is closed if the call does not start', async () => {
    const it = prepared();
    await it.clock.advance(150);
    it.call.hangup();
    await over(it);
    const late = prepared({ service: { connectMs: 0 }, latencyMs: 1000 });
    await late.clock.advanceUntil(() => late.service.links.length > 0);
    late.call.hangup();
    await over(late);
  });

  test('is dialled again for a session with other start parameters', async () => {
    const it = prepared({ session: { instructions: 'Be long.' } });
    await it.clock.advanceUntil(
      () => it.service.links.some(({ start }) => start.instructions === 'Be long.'),
      5000,
    );
    it.call.hangup();
    await over(it);
  });

  test('that failed fails the call with its message, and one that was lost in between is dialled again', async () => {
    const refused = prepared({ service: { refuse: () => new RealtimeError('SERVICE_UNAUTHORIZED', 'no') } });
    expect(JSON.stringify(await over(refused))).toContain('does not accept the credentials');
    const broken = prepared({ service: { connectMs: 0 }, latencyMs: 300 });
    await broken.clock.advanceUntil(() => broken.service.links.length > 0);
    broken.service.link.drop();
    await broken.clock.advanceUntil(() => broken.service.links.length === 2, 5000);
    broken.call.hangup();
    await over(broken);
  });

  test('that sends without end before the call starts is dropped, and dialled again', async () => {
    const it = prepared({ latencyMs: 300, service: { connectMs: 0 } });
    await it.clock.advanceUntil(() => it.service.links.length > 0);
    for (let nth = 0; nth <= 1000; nth++) it.service.link.host.usage({ input: 1 });
    await it.clock.settle();
    expect(it.service.link.closed).toBe(true);
    await it.clock.advanceUntil(() => it.service.links.length === 2, 5000);
    it.call.hangup();
    await over(it);
  });

  test('does not accept instructions that are a function of the call', () => {
    expect(() => prepareRealtime(scripted(), { instructions: () => 'x' })).toThrow(
      /instructions is a function.*expected a string/,
    );
  });
});
