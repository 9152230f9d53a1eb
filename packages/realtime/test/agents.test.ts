import { toneCaller } from '@hookline/client';
import { VirtualClock } from '@hookline/runtime';
import { linkedCall } from '@hookline/testing';
import { RealtimeAgent, RealtimeSession, tool } from '@openai/agents-realtime';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { HooklineRealtimeTransport } from '../src/agents/index.js';
import { CallRecorder } from './bridged.js';
import { peer } from './peer.js';

const part = (byte: number, ms: number) => Buffer.alloc(ms * 8, byte).toString('base64');

/** A service that accepts a session and its settings, and says nothing. */
const acceptingService = () =>
  peer(
    (message, send) => {
      if (message['type'] === 'session.update')
        send({ type: 'session.updated', event_id: 'u', session: message['session'] as object });
    },
    (send) => send({ type: 'session.created', event_id: 'c', session: {} }),
  );

describe('HooklineRealtimeTransport', () => {
  test('runs an agent with a tool and a handoff: truncates each item at what was heard, and ends after the last reply was heard', async () => {
    const clock = new VirtualClock();
    const service = await acceptingService();
    const recorder = new CallRecorder();
    let transport: HooklineRealtimeTransport | undefined;
    const runs: unknown[] = [];
    const { call, bot } = linkedCall(
      () => async (call) => {
        transport = new HooklineRealtimeTransport(call, { url: service.url });
        const billing = new RealtimeAgent({ name: 'billing', instructions: 'You do bills.' });
        const agent = new RealtimeAgent({
          name: 'desk',
          instructions: 'You book.',
          handoffs: [billing],
          tools: [
            tool({
              name: 'book',
              description: 'Books.',
              parameters: z.object({ people: z.number() }),
              execute: async (args) => {
                runs.push(args);
                return 'booked';
              },
            }),
          ],
        });
        const session = new RealtimeSession(agent, { transport, tracingDisabled: true });
        session.on('error', () => {});
        await session.connect({ apiKey: 'sk-test' });
        return transport.result;
      },
      { clock, latencyMs: 60, call: { sink: recorder as never } },
    );
    const connected = service.until(
      ({ type, session }) => type === 'session.update' && 'audio' in (session as object),
    );
    await clock.advanceUntil(() => bot.sessions === 1);
    await clock.advance(500);
    const update = await clock.hold(connected);
    expect(update).toMatchObject({
      session: {
        audio: { input: { format: { type: 'audio/pcmu' } }, output: { format: { type: 'audio/pcmu' } } },
      },
    });
    const settle = async () => {
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
      await clock.hold(new Promise<void>((resolve) => setTimeout(resolve, 30)));
      await clock.settle();
    };
    await settle();
    const delta = (item: string, byte: number, ms: number) =>
      service.send({
        type: 'response.output_audio.delta',
        event_id: 'd',
        response_id: 'r1',
        item_id: item,
        output_index: 0,
        content_index: 0,
        delta: part(byte, ms),
      });
    service.send({ type: 'response.created', event_id: 'r', response: { id: 'r1' } });
    delta('i1', 0x11, 1000);
    delta('i2', 0x22, 12_000);
    await settle();
    await clock.advance(3000);
    const from = service.received.length;
    service.send({
      type: 'input_audio_buffer.speech_started',
      event_id: 's',
      item_id: 'c1',
      audio_start_ms: 0,
    });
    await settle();
    await clock.advance(1000);
    const truncated = service.received
      .slice(from)
      .filter(({ type }) => type === 'conversation.item.truncate');
    expect(truncated.map((event) => event['item_id'])).toEqual(['i2']);
    expect(Math.abs((truncated[0]?.['audio_end_ms'] as number) - recorder.heardMs(0x22))).toBeLessThanOrEqual(
      20,
    );
    expect(recorder.entities('barge_in')).toBe(1);
    delta('i2', 0x22, 1000);
    service.send({
      type: 'response.done',
      event_id: 'x',
      response: { id: 'r1', status: 'cancelled', output: [] },
    });
    await settle();
    const call1 = { type: 'function_call', id: 'f1', call_id: 't1', name: 'book', arguments: '{"people":2}' };
    service.send({ type: 'response.created', event_id: 'r', response: { id: 'r2' } });
    service.send({
      type: 'response.output_item.added',
      event_id: 'a',
      response_id: 'r2',
      output_index: 0,
      item: { ...call1, status: 'in_progress' },
    });
    service.send({
      type: 'response.output_item.done',
      event_id: 'b',
      response_id: 'r2',
      output_index: 0,
      item: { ...call1, status: 'completed' },
    });
    service.send({
      type: 'response.done',
      event_id: 'y',
      response: { id: 'r2', status: 'completed', output: [] },
    });
    await settle();
    expect(runs).toEqual([{ people: 2 }]);
    expect(
      service.received.some(
        (message) => (message['item'] as { output?: string } | undefined)?.output === 'booked',
      ),
    ).toBe(true);
    const hand = {
      type: 'function_call',
      id: 'f2',
      call_id: 't2',
      name: 'transfer_to_billing',
      arguments: '{}',
    };
    service.send({
      type: 'response.output_item.added',
      event_id: 'a',
      response_id: 'r3',
      output_index: 0,
      item: { ...hand, status: 'in_progress' },
    });
    service.send({
      type: 'response.output_item.done',
      event_id: 'b',
      response_id: 'r3',
      output_index: 0,
      item: { ...hand, status: 'completed' },
    });
    await settle();
    expect(service.received.filter(({ type }) => type === 'session.update').at(-1)).toMatchObject({
      session: { instructions: 'You do bills.', audio: { output: { format: { type: 'audio/pcmu' } } } },
    });
    service.send({ type: 'response.created', event_id: 'r', response: { id: 'r4' } });
    service.send({
      type: 'response.output_audio.delta',
      event_id: 'd',
      response_id: 'r4',
      item_id: 'i4',
      output_index: 0,
      content_index: 0,
      delta: part(0x33, 1500),
    });
    service.send({
      type: 'response.done',
      event_id: 'z',
      response: { id: 'r4', status: 'completed', output: [] },
    });
    await settle();
    transport?.end({ booked: 'yes' });
    const result = await clock.run(call.result);
    expect(result).toMatchObject({ path: 'success', outputs: { booked: 'yes' } });
    expect(recorder.heardMs(0x33)).toBe(1500);
    await clock.run(call.closed);
    await settle();
    expect(clock.pending).toBe(0);
  });

  test('stops a reply that a guardrail rejects, reports how much was heard, and keeps the resulting history of the service', async () => {
    const clock = new VirtualClock();
    const service = await peer(
      (message, send) => {
        if (message['type'] === 'session.update')
          send({ type: 'session.updated', event_id: 'u', session: message['session'] as object });
        if (message['type'] === 'conversation.item.truncate')
          send({ ...message, type: 'conversation.item.truncated', event_id: 't' });
        if (message['type'] !== 'conversation.item.retrieve') return;
        const content = [{ type: 'output_audio', transcript: 'The code' }];
        const item = {
          id: message['item_id'],
          type: 'message',
          role: 'assistant',
          status: 'incomplete',
          content,
        };
        send({ type: 'conversation.item.retrieved', event_id: 'g', item });
      },
      (send) => send({ type: 'session.created', event_id: 'c', session: {} }),
    );
    const recorder = new CallRecorder();
    let session: RealtimeSession | undefined;
    let tripped = 0;
    const { call, bot } = linkedCall(
      () => async (call) => {
        const transport = new HooklineRealtimeTransport(call, { url: service.url });
        session = new RealtimeSession(new RealtimeAgent({ name: 'desk', instructions: 'You book.' }), {
          transport,
          tracingDisabled: true,
          outputGuardrails: [
            {
              name: 'no codes',
              execute: async ({ agentOutput }) => ({
                tripwireTriggered: agentOutput.includes('1234'),
                outputInfo: {},
              }),
            },
          ],
          outputGuardrailSettings: { debounceTextLength: 5 },
        });
        session.on('error', () => {});
        session.on('guardrail_tripped', () => {
          tripped += 1;
        });
        await session.connect({ apiKey: 'sk-test' });
        return transport.result;
      },
      { clock, latencyMs: 60, call: { sink: recorder as never } },
    );
    const settle = async () => {
      await clock.hold(new Promise<void>((resolve) => setTimeout(resolve, 30)));
      await clock.settle();
    };
    const got = (type: string) => service.received.filter((message) => message['type'] === type);
    const asked = service.until(
      ({ type, session }) => type === 'session.update' && 'audio' in Object(session),
    );
    await clock.advanceUntil(() => bot.sessions === 1);
    await clock.advance(500);
    await clock.hold(asked);
    await settle();
    const of = { response_id: 'r1', item_id: 'i1', output_index: 0, content_index: 0 };
    const item = { id: 'i1', type: 'message', role: 'assistant', status: 'in_progress', content: [] };
    service.send({ type: 'response.created', event_id: 'a', response: { id: 'r1' } });
    service.send({
      type: 'response.output_item.added',
      event_id: 'b',
      response_id: 'r1',
      output_index: 0,
      item,
    });
    service.send({ type: 'response.output_audio.delta', event_id: 'd', ...of, delta: part(0x11, 8000) });
    await settle();
    await clock.advance(1500);
    const words = 'The code of the door is 1234.';
    service.send({ type: 'response.output_audio_transcript.delta', event_id: 'e', ...of, delta: words });
    const truncating = service.until(({ type }) => type === 'conversation.item.truncate');
    await clock.hold(truncating);
    await settle();
    await clock.advance(1000);
    await settle();
    expect(tripped).toBe(1);
    expect(got('response.cancel')).toHaveLength(1);
    const [truncated] = got('conversation.item.truncate');
    expect(Math.abs(Number(truncated?.['audio_end_ms']) - recorder.heardMs(0x11))).toBeLessThanOrEqual(20);
    expect(recorder.entities('barge_in')).toBe(1);
    await vi.waitFor(() => expect(JSON.stringify(session?.history)).toContain('"The code"'));
    expect(JSON.stringify(session?.history)).not.toContain('1234');
    call.hangup();
    await clock.run(call.result);
    await clock.run(call.closed);
  });

  test('plays nothing of a reply that the bot interrupted, however late its audio arrives, and all of the next', async () => {
    const clock = new VirtualClock();
    const service = await acceptingService();
    const recorder = new CallRecorder();
    let transport: HooklineRealtimeTransport | undefined;
    const { call } = linkedCall(
      () => (call) => {
        transport = new HooklineRealtimeTransport(call, { url: service.url });
        return transport.result;
      },
      { clock, call: { sink: recorder as never } },
    );
    await clock.advance(100);
    await clock.hold(transport?.connect({ apiKey: 'sk-test' }) ?? Promise.resolve());
    transport?.on('error', () => {});
    const audio: unknown[] = [];
    transport?.on('*', ({ type }) => {
      if (type === 'response.output_audio.delta') audio.push(type);
    });
    const second = async (reply: string, byte: number) => {
      const before = audio.length;
      service.send({
        type: 'response.output_audio.delta',
        event_id: 'd',
        response_id: reply,
        item_id: `item of ${reply}`,
        output_index: 0,
        content_index: 0,
        delta: part(byte, 1000),
      });
      await clock.hold(vi.waitFor(() => expect(audio.length).toBe(before + 1)));
    };
    service.send({ type: 'response.created', event_id: 'r', response: { id: 'r1' } });
    for (let nth = 0; nth < 4; nth++) await second('r1', 0x11);
    await clock.advance(1000);
    transport?.interrupt();
    await clock.advance(10);
    const heardMs = recorder.heardMs(0x11);
    for (const ms of [0, 490, 1000, 3500]) {
      await clock.advance(ms);
      await second('r1', 0x11);
    }
    service.send({
      type: 'input_audio_buffer.speech_started',
      event_id: 's',
      item_id: 'c1',
      audio_start_ms: 0,
    });
    await second('r1', 0x11);
    service.send({
      type: 'response.done',
      event_id: 'x',
      response: { id: 'r1', status: 'cancelled', output: [] },
    });
    await second('r1', 0x11);
    service.send({ type: 'response.created', event_id: 'r', response: { id: 'r2' } });
    await second('r2', 0x22);
    await second('r1', 0x11);
    await clock.advance(3000);
    expect(recorder.heardMs(0x11)).toBe(heardMs);
    expect(recorder.heardMs(0x22)).toBe(1000);
    expect(recorder.entities('barge_in')).toBe(1);
    call.hangup();
    await clock.run(call.result);
    await clock.run(call.closed);
  });

  test('closes the service when the caller hangs up', async () => {
    const clock = new VirtualClock();
    const service = await peer(
      () => {},
      (send) => send({ type: 'session.created', event_id: 'c', session: {} }),
    );
    const { call } = linkedCall(
      () => async (call) => {
        const transport = new HooklineRealtimeTransport(call, { url: service.url });
        await transport.connect({ apiKey: 'sk-test' });
        return transport.result;
      },
      { clock },
    );
    await clock.advance(100);
    while (service.sockets.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const closed = new Promise((resolve) => service.sockets[0]?.on('close', resolve));
    call.hangup();
    await clock.run(call.result);
    await closed;
    await clock.run(call.closed);
  });

  test('buffers at most 5 s of the caller until the session accepts audio, and truncates a reply of more than 300 s', async () => {
    const clock = new VirtualClock();
    const service = await acceptingService();
    let transport: HooklineRealtimeTransport | undefined;
    const { call } = linkedCall(
      () => (call) => {
        transport = new HooklineRealtimeTransport(call, { url: service.url });
        return transport.result;
      },
      { clock, call: { caller: toneCaller({ durationMs: 8000 }) } },
    );
    await clock.advance(8000);
    await clock.hold(transport?.connect({ apiKey: 'sk-test' }) ?? Promise.resolve());
    const appended = () => service.received.filter(({ type }) => type === 'input_audio_buffer.append');
    await vi.waitFor(() => expect(appended().length).toBeGreaterThan(0));

    await new Promise((resolve) => setTimeout(resolve, 50));
    const bytes = appended().reduce(
      (sum, { audio }) => sum + Buffer.from(audio as string, 'base64').length,
      0,
    );
    expect(bytes).toBeGreaterThan(4500 * 8);
    expect(bytes).toBeLessThanOrEqual(5000 * 8);
    service.send({ type: 'response.created', event_id: 'r', response: { id: 'r1' } });
    for (let minute = 0; minute < 8; minute++) {
      service.send({
        type: 'response.output_audio.delta',
        event_id: 'd',
        response_id: 'r1',
        item_id: 'i1',
        output_index: 0,
        content_index: 0,
        delta: part(0x11, 60_000),
      });
    }
    await service.until(({ type }) => type === 'response.cancel');
    call.hangup();
    await clock.run(call.result);
    await clock.run(call.closed);
  });
});
