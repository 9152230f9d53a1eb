import { VirtualClock } from '@hookline/runtime';
import type { BotOptions } from '@hookline/server';
import { type LinkedCall, linkedCall } from '@hookline/testing';
import { RealtimeAgent, RealtimeSession, tool } from '@openai/agents-realtime';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { HooklineRealtimeTransport } from '../src/agents/index.js';
import { RealtimeFailure } from '../src/index.js';
import { CallRecorder } from './bridged.js';
import { escapedErrors, turnOver } from './escaped-errors.js';
import { type Peer, peer } from './peer.js';

interface AgentCall extends LinkedCall {
  readonly service: Peer;
  readonly recorder: CallRecorder;
  readonly transport: HooklineRealtimeTransport;
  readonly logged: string[];
  /** What no guard has caught. */
  readonly escaped: readonly unknown[];
  /** Sends the beginning of a reply: this much audio, and no end. */
  reply(ms: number): Promise<void>;
  /** Runs until `done` returns true, while the sockets work in real time. */
  until(done: () => boolean): Promise<void>;
}

/** A call with an agent whose session nobody listens to. */
async function agentCall(
  runTool: () => unknown = () => 'booked',
  timers: BotOptions['timers'] = {},
): Promise<AgentCall> {
  const escaped = escapedErrors();
  const clock = new VirtualClock();
  const recorder = new CallRecorder();
  const logged: string[] = [];
  const keep = (_: object, message: string) => void logged.push(message);
  const service = await peer(
    (message, send) => {
      if (message['type'] === 'session.update')
        send({ type: 'session.updated', event_id: 'u', session: message['session'] as object });
    },
    (send) => send({ type: 'session.created', event_id: 'c', session: {} }),
  );
  let transport: HooklineRealtimeTransport | undefined;
  const book = tool({
    name: 'book',
    description: 'Books.',
    parameters: z.object({}),
    execute: async () => runTool(),
  });
  const linked = linkedCall(
    () => async (call) => {
      transport = new HooklineRealtimeTransport(call, { url: service.url, clock });
      const agent = new RealtimeAgent({ name: 'desk', instructions: 'You book.', tools: [book] });
      const session = new RealtimeSession(agent, { transport, tracingDisabled: true });
      await session.connect({ apiKey: 'sk-test' });
      return transport.result;
    },
    {
      clock,
      call: { sink: recorder as never },
      bot: { timers, logger: { debug() {}, info() {}, warn: keep, error: keep } },
    },
  );
  const until = (done: () => boolean) =>
    clock.hold(vi.waitFor(() => expect(done()).toBe(true), { timeout: 5000, interval: 5 }));
  const connected = service.until(
    ({ type, session }) => type === 'session.update' && 'audio' in Object(session),
  );
  await clock.advanceUntil(() => linked.bot.sessions === 1);
  await clock.advance(100);
  await clock.hold(connected);
  await until(() => transport?.status === 'connected');
  const at = transport;
  if (!at) throw new Error('the handler was not called');
  let deltas = 0;
  at.on('*', ({ type }) => {
    if (type === 'response.output_audio.delta') deltas += 1;
  });
  return {
    ...linked,
    ...{ service, recorder, logged, escaped, until, transport: at },
    async reply(ms) {
      service.send({ type: 'response.created', event_id: 'r', response: { id: 'r1' } });
      service.send({
        ...{ type: 'response.output_audio.delta', event_id: 'd', response_id: 'r1', item_id: 'i1' },
        ...{ output_index: 0, content_index: 0, delta: Buffer.alloc(ms * 8, 0x11).toString('base64') },
      });
      await until(() => deltas > 0);
      await clock.settle();
    },
  };
}

test('a call whose agent only listens is not idle, and is no longer kept alive once its session is over', async () => {
  const it = await agentCall(undefined, { idleMs: 3000 });
  await it.clock.advance(10_000);
  expect(it.call.state).toBe('open');
  it.transport.end({ reservation: 'R-7' });
  expect(await it.clock.run(it.call.result)).toMatchObject({ outputs: { reservation: 'R-7' } });
  await it.clock.run(it.call.closed);
  await it.until(() => it.clock.pending === 0);
});

test('a connection whose service answers nothing more, not even pings, is lost within 15 s', async () => {
  const it = await agentCall();
  const [socket] = it.service.sockets;
  let pings = 0;
  socket?.on('ping', () => {
    pings += 1;
  });
  await it.clock.advance(5000);
  await it.until(() => pings > 0);
  // The answer to the ping arrives before the reply.
  await it.reply(500);
  socket?.pause();
  const startMs = it.clock.now();
  await it.clock.advanceUntil(() => it.bot.sessions === 0);
  expect(it.clock.now() - startMs).toBeLessThanOrEqual(15_000);
  await expect(it.transport.result).rejects.toMatchObject({ reason: 'SERVICE_LOST' });
  await it.until(() => it.clock.pending === 0);
});

test('a caller who hangs up during a reply ends only that call', async () => {
  const it = await agentCall();
  await it.reply(5000);
  await it.clock.advance(500);
  it.call.hangup();
  expect((await it.clock.run(it.call.result)).path).toBe('disconnected');
  await it.clock.run(it.call.closed);
  await turnOver();
  expect(it.escaped).toEqual([]);
  expect(await it.transport.result).toBeUndefined();
  expect(it.logged.filter((message) => /threw|could not be handled/.test(message))).toEqual([]);
});

test('the result of a tool that finishes after the caller has hung up is dropped', async () => {
  let finish = (_: string) => {};
  let running = false;
  const it = await agentCall(() => {
    running = true;
    return new Promise<string>((resolve) => {
      finish = resolve;
    });
  });
  const item = { type: 'function_call', id: 'f1', call_id: 't1', name: 'book', arguments: '{}' };
  const about = { response_id: 'r1', output_index: 0 };
  it.service.send({ type: 'response.created', event_id: 'r', response: { id: 'r1' } });
  it.service.send({
    ...{ type: 'response.output_item.done', event_id: 'b', ...about },
    item: { ...item, status: 'completed' },
  });
  await it.until(() => running);
  it.call.hangup();
  await it.clock.run(it.call.closed);
  finish('booked');
  await turnOver();
  await turnOver();
  expect(it.escaped).toEqual([]);
});

test('an error of the service that nobody listens for is logged, and the call goes on', async () => {
  const it = await agentCall();
  it.service.send({ type: 'error', event_id: 'e', error: { type: 'server_error', message: 'no' } });
  await it.reply(500);
  await turnOver();
  expect(it.escaped).toEqual([]);
  expect(it.logged.filter((message) => message.includes('listener'))).toHaveLength(1);
  await it.clock.advance(1000);
  expect(it.recorder.heardMs(0x11)).toBe(500);
  it.call.hangup();
  await it.clock.run(it.call.closed);
});

test('a listener that throws when the connection ends does not hold up the end of the call', async () => {
  const it = await agentCall();
  it.transport.on('disconnected', () => {
    throw new Error('boom');
  });
  it.transport.end({ booked: 'yes' });
  expect(await it.clock.run(it.call.result)).toMatchObject({ path: 'success', outputs: { booked: 'yes' } });
  await it.clock.run(it.call.closed);
  await turnOver();
  expect(it.escaped).toEqual([]);
  expect(it.logged).toContain('the Agents SDK or a listener of it threw: boom');
});

test('a connection that is lost during a reply ends the call once the audio that arrived was heard', async () => {
  const it = await agentCall();
  await it.reply(1000);
  await it.clock.advance(200);
  const lostMs = it.clock.now();
  it.service.sockets[0]?.terminate();
  await it.until(() => it.transport.status === 'disconnected');
  const failure = await it.transport.result.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(RealtimeFailure);
  expect(failure).toMatchObject({ reason: 'SERVICE_LOST' });
  expect((await it.clock.run(it.call.result)).path).toBe('failure');
  expect(it.recorder.heardMs(0x11)).toBe(1000);
  expect(it.clock.now() - lostMs).toBeLessThan(1500);
  await it.clock.run(it.call.closed);
  await turnOver();
  expect(it.escaped).toEqual([]);
});

test('a connection that is lost during the last reply returns the outputs once the audio that arrived was heard', async () => {
  const it = await agentCall();
  await it.reply(1000);
  it.transport.end({ booked: 'yes' });
  await it.clock.advance(200);
  const lostMs = it.clock.now();
  it.service.sockets[0]?.terminate();
  await it.until(() => it.transport.status === 'disconnected');
  expect(await it.clock.run(it.call.result)).toMatchObject({ path: 'success', outputs: { booked: 'yes' } });
  expect(it.recorder.heardMs(0x11)).toBe(1000);
  expect(it.clock.now() - lostMs).toBeLessThan(1500);
  await it.clock.run(it.call.closed);
});

test('a connection that is lost before the last reply has any audio returns the outputs', async () => {
  const it = await agentCall();
  it.service.send({ type: 'response.created', event_id: 'r', response: { id: 'r1' } });
  let created = false;
  it.transport.on('turn_started', () => {
    created = true;
  });
  await it.until(() => created);
  it.transport.end({ booked: 'yes' });
  it.service.sockets[0]?.terminate();
  await it.until(() => it.transport.status === 'disconnected');
  expect(await it.clock.run(it.call.result)).toMatchObject({ path: 'success', outputs: { booked: 'yes' } });
  await it.clock.run(it.call.closed);
});

test.each([0, 1000])(
  'a last reply whose end does not arrive holds up the end of the call for 8 s (%i ms of audio)',
  async (ms) => {
    const it = await agentCall();
    if (ms > 0) {
      await it.reply(ms);
    } else {
      let created = false;
      it.transport.on('turn_started', () => {
        created = true;
      });
      it.service.send({ type: 'response.created', event_id: 'r', response: { id: 'r1' } });
      await it.until(() => created);
    }
    const startMs = it.clock.now();
    it.transport.end({ booked: 'yes' });
    await it.clock.advance(ms + 7900);
    expect(it.call.state).toBe('open');
    expect(await it.clock.run(it.call.result)).toMatchObject({ path: 'success', outputs: { booked: 'yes' } });
    expect(it.clock.now() - startMs).toBeLessThan(ms + 8600);
    await it.clock.run(it.call.closed);
    await it.until(() => it.clock.pending === 0);
  },
);

test('a reply that begins after end and never goes on holds up the end of the call for 8 s', async () => {
  const it = await agentCall();
  await it.reply(1000);
  const seen: string[] = [];
  it.transport.on('*', ({ type }) => void seen.push(type));
  it.service.send({ type: 'response.done', event_id: 'o', response: { id: 'r1' } });
  await it.until(() => seen.includes('response.done'));
  it.transport.end({ booked: 'yes' });
  it.service.send({ type: 'response.created', event_id: 's', response: { id: 'r2' } });
  await it.until(() => seen.includes('response.created'));
  const startMs = it.clock.now();
  await it.clock.advance(7900);
  expect(it.call.state).toBe('open');
  await it.clock.advanceUntil(() => it.call.state !== 'open', 5000);
  expect(it.clock.now() - startMs).toBeLessThan(8600);
  expect(await it.clock.run(it.call.result)).toMatchObject({ path: 'success', outputs: { booked: 'yes' } });
  await it.clock.run(it.call.closed);
});

test('a last reply that pauses for less than 8 s is heard as a whole', async () => {
  const it = await agentCall();
  await it.reply(1000);
  it.transport.end({ booked: 'yes' });
  await it.clock.advance(7000);
  await it.reply(1000);
  await it.clock.advance(7000);
  expect(it.call.state).toBe('open');
  it.service.send({ type: 'response.done', event_id: 'o', response: { id: 'r1' } });
  await it.until(() => it.transport.status === 'disconnected');
  expect((await it.clock.run(it.call.result)).path).toBe('success');
  expect(it.recorder.heardMs(0x11)).toBe(2000);
  await it.clock.run(it.call.closed);
});
