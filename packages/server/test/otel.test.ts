import { AsyncLocalStorage } from 'node:async_hooks';
import { sleep, VirtualClock } from '@hookline/runtime';
import { correlationContext, instrument } from '@hookline/server/otel';
import {
  type Attributes,
  type Context,
  type ContextManager,
  context,
  type Link,
  type Meter,
  ROOT_CONTEXT,
  type Span,
  type SpanOptions,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createBot, type Diagnostics } from '../src/index.js';
import { listenTo } from '../src/metrics/diagnostics.js';
import { dialHeaders, ScriptedClient } from '../src/testing/index.js';
import { audio, dialBot, hangUp, idle, openCall, SECRET, untilEnd } from './open-call.js';

/** A span as it was recorded. Times are in milliseconds. */
interface Recorded {
  readonly name: string;
  readonly parent: string | undefined;
  readonly kind: number | undefined;
  readonly startMs: unknown;
  endMs?: unknown;
  status?: number;
  readonly attributes: Attributes;
  readonly events: string[];
  readonly links: readonly Link[];
}

/** A tracer that keeps its spans. */
function memoryTracer() {
  const spans: Recorded[] = [];
  const names = new Map<unknown, string>();
  const startSpan = (name: string, options: SpanOptions = {}, within: Context = context.active()) => {
    const over = trace.getSpan(within);
    const recorded: Recorded = {
      ...{ name, parent: over && names.get(over), kind: options.kind, startMs: options.startTime },
      ...{ attributes: { ...options.attributes }, events: [], links: options.links ?? [] },
    };
    const span = {
      addEvent: (event: string) => recorded.events.push(event) && span,
      setAttribute(key: string, value: string) {
        recorded.attributes[key] = value;
        return span;
      },
      setStatus({ code }: { code: number }) {
        recorded.status = code;
        return span;
      },
      end(time: unknown) {
        recorded.endMs = time;
      },
    } as unknown as Span;
    names.set(span, name);
    spans.push(recorded);
    return span;
  };
  return { spans, tracer: { startSpan } as unknown as Tracer, named: (span?: Span) => names.get(span) };
}

/** A meter that keeps what it was told, by instrument. */
function memoryMeter() {
  const told: Record<string, [number, Attributes?][]> = {};
  const make = (name: string) => {
    told[name] = [];
    const note = (value: number, labels?: Attributes) =>
      told[name]?.push(labels === undefined ? [value] : [value, labels]);
    return { add: note, record: note };
  };
  const meter = { createCounter: make, createHistogram: make, createUpDownCounter: make };
  return { told, meter: meter as unknown as Meter };
}

/** Instruments all bots until the test is over. */
function instrumented(clock?: VirtualClock, options: object = {}) {
  const { spans, tracer, named } = memoryTracer();
  const { told, meter } = memoryMeter();
  const it = instrument({ tracer, meter, ...(clock ? { clock } : {}), ...options });
  onTestFinished(() => it.stop());
  return { spans, told, named, ...it };
}

const storage = new AsyncLocalStorage<Context>();
const manager: ContextManager = {
  active: () => storage.getStore() ?? ROOT_CONTEXT,
  with: (active, run, self, ...args) => storage.run(active, () => run.apply(self as never, args)),
  bind: (_, target) => target,
  enable: () => manager,
  disable: () => manager,
};
beforeAll(() => void context.setGlobalContextManager(manager));
afterAll(() => context.disable());

describe('instrument', () => {
  it('creates a span for a call, from the upgrade to its end, with its events', async () => {
    const clock = new VirtualClock();
    const { spans } = instrumented(clock);
    const bot = createBot({ auth: { 'test-key': SECRET }, clock }, async (call) => {
      await new Promise<void>((resolve) => void call.on('resumed', () => resolve()));
      call.bargeIn();
      return {};
    });
    const client = await clock.run(ScriptedClient.dial(bot, { clock, secret: SECRET }));
    const dialledMs = clock.wall();
    await clock.advance(40);
    client.open();
    await clock.advance(100);
    client.send('dtmf', { digit: '7' });
    client.send('paused', {});
    client.send('resumed', { start: 'PT0S', discarded: 'PT0S' });
    await clock.advance(500);
    const openedToEnd = clock.wall();
    await untilEnd(clock, client);
    expect(spans).toEqual([
      {
        name: 'audio_connector call',
        parent: undefined,
        kind: 1,
        startMs: dialledMs,
        endMs: expect.any(Number),
        attributes: {
          'network.protocol.name': 'websocket',
          'server.address': 'bot.example.com',
          'hookline.session.id': '30b0e395-84d3-4570-ac13-9a62d8f514c0',
          'hookline.connector_id': '',
          'hookline.organization_id': 'd7934305-0972-4844-938e-9060eef73d05',
          'hookline.correlation_id': '5c6a9a1e-8f0b-4f5a-9d3c-2f4b8a1d7e60',
          'hookline.outcome': 'completed',
        },
        events: ['opened', 'dtmf', 'paused', 'resumed', 'barge_in', 'disconnect'],
        links: [
          {
            context: {
              traceId: '5c6a9a1e8f0b4f5a9d3c2f4b8a1d7e60',
              spanId: '5c6a9a1e8f0b4f5a',
              traceFlags: 0,
              isRemote: true,
            },
          },
        ],
      },
    ]);
    expect(spans[0]?.endMs).toBeLessThan(openedToEnd + 1);
    expect(JSON.stringify(spans)).not.toContain('"7"');
  });

  it('includes the conversation id only if configured', async () => {
    const { spans } = instrumented(undefined, { conversationId: true });
    const { clock, client } = await openCall(idle);
    await hangUp(clock, client);
    expect(spans[0]?.attributes['gen_ai.conversation.id']).toBe('5c6a9a1e-8f0b-4f5a-9d3c-2f4b8a1d7e60');
    expect(spans[0]?.events).toEqual(['opened']);
  });

  it('creates a span for each playback and each reply, as children of the call, and none for a frame', async () => {
    const clock = new VirtualClock();
    const { spans } = instrumented(clock);
    let now = 0;
    const bot = createBot({ auth: { 'test-key': SECRET }, clock }, async (call) => {
      await call.play(audio(300));
      call.callerStopped();
      now = clock.wall();
      await sleep(clock, 400);
      call.turn({ disposition: 'no_match', text: 'Sorry?' });
      const reply = call.play(audio(60_000));
      await sleep(clock, 10_000);
      call.stop();
      await reply;
      call.callerStopped();
      await call.play(audio(500));
    });
    const client = await clock.run(ScriptedClient.dial(bot, { clock, secret: SECRET }));
    client.open();
    const stop = client.stream();
    await clock.advance(15_000);
    stop();
    await untilEnd(clock, client);
    expect(spans.map(({ name, parent }) => [name, parent])).toEqual([
      ['audio_connector call', undefined],
      ...['playback', 'playback', 'turn', 'playback', 'turn'].map((name) => [name, 'audio_connector call']),
    ]);
    const [, greeting, reply, turn, , second] = spans;
    expect(greeting?.attributes).toEqual({ 'hookline.heard_ms': 300, 'hookline.ended': 'completed' });
    expect(reply?.attributes).toMatchObject({ 'hookline.ended': 'interrupted' });
    expect(reply?.attributes['hookline.heard_ms']).toBeGreaterThan(9000);
    expect(turn).toMatchObject({ startMs: now, endMs: now + 10_400, events: ['first_audio'] });
    expect(turn?.attributes).toEqual({
      'turn.number': 1,
      'turn.was_interrupted': true,
      'hookline.reply_ms': 400,
      'hookline.disposition': 'no_match',
    });
    expect(second?.attributes).toMatchObject({ 'turn.number': 2, 'turn.was_interrupted': false });
    expect(second?.attributes).not.toHaveProperty('hookline.disposition');
    expect(JSON.stringify(spans)).not.toContain('Sorry');
  });

  it('ends the span of a reply when the reply ended, however late the caller speaks next', async () => {
    const clock = new VirtualClock();
    const { spans } = instrumented(clock);
    let stoppedMs = 0;
    const bot = createBot({ auth: { 'test-key': SECRET }, clock }, async (call) => {
      call.callerStopped();
      stoppedMs = clock.wall();
      await call.play(audio(500));
      await sleep(clock, 3000);
      call.callerStopped();
      return idle(call);
    });
    const client = await clock.run(ScriptedClient.dial(bot, { clock, secret: SECRET }));
    client.open();
    const stop = client.stream();
    await clock.advance(5000);
    stop();
    const turn = spans.find(({ name }) => name === 'turn');
    expect(turn).toMatchObject({ startMs: stoppedMs, endMs: stoppedMs + 500 });
    await hangUp(clock, client);
  });

  it.each([
    ['bot.example.com', { 'server.address': 'bot.example.com' }],
    ['bot.example.com:8443', { 'server.address': 'bot.example.com', 'server.port': 8443 }],
    ['not a host', {}],
    [undefined, {}],
  ])('creates the span of a call to the host %o with %o', async (Host, attributes) => {
    const { spans } = instrumented();
    const { clock, client } = await openCall(
      idle,
      { auth: { 'test-key': null } },
      { secret: '', headers: { Host } },
    );
    await hangUp(clock, client);
    const shown = Object.entries(spans[0]?.attributes ?? {}).filter(([name]) => name.startsWith('server.'));
    expect(spans).toHaveLength(1);
    expect(Object.fromEntries(shown)).toEqual(attributes);
  });

  it('sets the error status of a playback whose source failed, and of a call that the bot failed', async () => {
    const { spans } = instrumented();
    const { clock, client } = await openCall(async (call) => {
      await call.play(Promise.reject(new Error('no voice')));
    });
    await untilEnd(clock, client);
    expect(spans.map(({ name, status, attributes }) => [name, status, attributes['error.type']])).toEqual([
      ['audio_connector call', 2, 'failed'],
      ['playback', 2, 'failed'],
    ]);
  });

  it.each([
    ['callerHangup', undefined],
    ['connectionLost', 2],
    ['clientFault', 2],
  ])('sets the status of a call that ends by %s to %s', async (outcome, status) => {
    const { spans } = instrumented();
    const { clock, client } = await openCall(idle);
    if (outcome === 'callerHangup') await hangUp(clock, client);
    else if (outcome === 'connectionLost') client.transport.close();
    else client.sendText('{');
    await clock.advance(100);
    expect(spans[0]).toMatchObject({ attributes: { 'hookline.outcome': outcome } });
    expect(spans[0]?.status).toBe(status);
    expect(spans[0]?.events).toEqual(outcome === 'clientFault' ? ['opened', 'disconnect'] : ['opened']);
  });

  it('records metrics of calls under the names of OpenTelemetry, in seconds', async () => {
    const { told } = instrumented();
    const { clock, client, bot } = await openCall(async (call) => {
      call.callerStopped();
      await call.play(audio(200));
      await idle(call);
    });
    await clock.advance(1990);
    expect(told['hookline.server.sessions']).toEqual([[1]]);
    await hangUp(clock, client);
    await clock.run(bot.inject({ url: '/', headers: dialHeaders({ clock }) }));
    const [call] = told['hookline.server.call.duration'] ?? [];
    expect(call?.[0]).toBeCloseTo(2, 1);
    expect(call?.[1]).toEqual({ 'hookline.outcome': 'callerHangup' });
    expect(told['hookline.server.sessions']).toEqual([[1], [-1]]);
    expect(told['hookline.server.open.duration']).toHaveLength(1);
    expect(told['hookline.server.reply.duration']).toEqual([[expect.closeTo(0, 1)]]);
    expect(told['hookline.server.refused']).toEqual([
      [1, { 'http.response.status_code': 401, 'error.type': 'unauthorized' }],
    ]);
  });

  it('counts a gap in a playback when it happens, as the metrics of the bot do', async () => {
    const { told } = instrumented();
    const { clock, client, bot } = await openCall(async (call) => {
      await call.play(
        (async function* () {
          yield audio(200);
          await new Promise<void>((resolve) => void call.on('dtmf', () => resolve()));
          yield audio(200);
        })(),
      );
    });
    expect(told['hookline.server.underruns']).toEqual([]);
    await clock.advance(1000);
    for (const end of [async () => client.send('dtmf', { digit: '1' }), () => untilEnd(clock, client)]) {
      expect(bot.stats().underruns).toBe(1);
      expect(told['hookline.server.underruns']).toEqual([[1]]);
      await end();
    }
    expect(bot.stats()).toMatchObject({ underruns: 1, calls: { completed: 1 } });
    expect(told['hookline.server.underruns']).toEqual([[1]]);
  });

  it('counts as open only calls that it saw open, and none after it stopped', async () => {
    const open = (told: ReturnType<typeof instrumented>['told']) =>
      told['hookline.server.sessions']?.reduce((sum, [value]) => sum + value, 0);
    const before = await openCall(idle);
    const { told, stop } = instrumented();
    await hangUp(before.clock, before.client);
    expect(open(told)).toBe(0);
    const [first, second] = [await openCall(idle), await openCall(idle)];
    await hangUp(first.clock, first.client);
    expect(open(told)).toBe(1);
    stop();
    stop();
    expect(open(told)).toBe(0);
    await hangUp(second.clock, second.client);
    expect(open(told)).toBe(0);
  });

  it('runs a traced handler within its span, also after an await and in its listeners', async () => {
    const { spans, named, traced } = instrumented();
    const active: unknown[] = [];
    const note = () => active.push(named(trace.getActiveSpan()));
    const handler = traced(async (call: Parameters<typeof idle>[0]) => {
      note();
      call.on('dtmf', note);
      await call.play(audio(100));
      note();
      await idle(call);
    });
    const { clock, client } = await openCall(handler);
    await clock.advance(1000);
    client.send('dtmf', { digit: '1' });
    await clock.advance(10);
    expect(active).toEqual(Array(3).fill('audio_connector call'));
    expect(trace.getActiveSpan()).toBeUndefined();
    expect(spans).toHaveLength(2);
    await hangUp(clock, client);
  });

  it('keeps the types of an inline handler', async () => {
    const { traced } = instrumented();
    const bot = createBot(
      { auth: 'none' },
      traced(async (call) => {
        await call.play(audio(100));
        return { language: call.language ?? '' };
      }),
    );
    expect(bot.ready()).toBe(true);
  });

  it('does not let an error of a tracer affect a call', async () => {
    const broken = () => {
      throw new Error('exporter');
    };
    const { meter } = memoryMeter();
    const it = instrument({ tracer: { startSpan: broken } as unknown as Tracer, meter });
    onTestFinished(() => it.stop());
    const { clock, client } = await openCall(it.traced(async () => ({ done: 'yes' })));
    expect(await untilEnd(clock, client)).toMatchObject({ outputVariables: { done: 'yes' } });
  });

  it('does not trace later calls after it is stopped', async () => {
    const { spans, stop } = instrumented();
    stop();
    stop();
    const { clock, client } = await openCall(() => {});
    await untilEnd(clock, client);
    expect(spans).toEqual([]);
  });

  it('does nothing without a registered SDK', async () => {
    const { stop, traced } = instrument();
    const { clock, client } = await openCall(traced(async () => ({ done: 'yes' })));
    expect(await untilEnd(clock, client)).toMatchObject({ outputVariables: { done: 'yes' } });
    stop();
  });

  it.each([
    [{ tracer: {} }, /tracer is an object without startSpan/],
    [{ meter: 7 }, /meter is 7 without createCounter/],
    [{ clock: {} }, /clock is an object without wall/],
  ])('refuses %o', (options, message) => {
    expect(() => instrument(options as never)).toThrow(
      expect.objectContaining({ code: 'SERVER_BAD_OPTION', message: expect.stringMatching(message) }),
    );
  });
});

describe('correlationContext', () => {
  it.each(['', 'x', '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-8000-00000000000g'])(
    'makes nothing of %o',
    (id) => {
      expect(correlationContext(id)).toBeUndefined();
    },
  );

  it('is the same for a UUID in any case', () => {
    const id = 'E160E428-53B2-487C-977D-96989BF5C99D';
    expect(correlationContext(id)).toEqual(correlationContext(id.toLowerCase()));
  });
});

describe('diagnostics channels', () => {
  const offs: (() => void)[] = [];
  afterEach(() => {
    for (const off of offs.splice(0)) off();
  });
  function listen(...names: (keyof Diagnostics)[]): [string, unknown][] {
    const seen: [string, unknown][] = [];
    for (const name of names) {
      offs.push(
        listenTo(name, (message) => {
          const { call: _, ...rest } = { call: undefined, ...message };
          seen.push([name.replace('hookline:server:', ''), rest]);
        }),
      );
    }
    return seen;
  }

  it('publish a refusal, for any cause', async () => {
    const seen = listen('hookline:server:refused');
    const { clock, bot } = await dialBot(idle, { limits: { maxSessions: 1 } });
    await clock.run(bot.inject({ url: '/', headers: dialHeaders({ clock, secret: SECRET }) }));
    expect(seen).toEqual([
      [
        'refused',
        {
          status: 503,
          error: 'unavailable',
          reason: 'the maximum number of calls is reached',
          sessionId: '30b0e395-84d3-4570-ac13-9a62d8f514c0',
        },
      ],
    ]);
  });

  it('publish barge-in, keys and playbacks, but neither the key nor the text', async () => {
    const seen = listen(
      ...(['barge-in', 'dtmf', 'playback', 'turn', 'ended'] as const).map(
        (name) => `hookline:server:call:${name}` as const,
      ),
    );
    const { clock, client } = await openCall(async (call) => {
      call.callerStopped();
      await call.play(audio(5000), { bargeIn: true });
      await call.play(audio(100));
    });
    await clock.advance(1000);
    client.send('dtmf', { digit: '4' });
    await untilEnd(clock, client);
    const report = { ended: 'interrupted', heardMs: expect.any(Number), durationMs: expect.any(Number) };
    expect(seen).toEqual([
      ['call:barge-in', {}],
      ['call:playback', report],
      ['call:dtmf', {}],
      ['call:playback', { ...report, ended: 'completed' }],
      ['call:turn', expect.objectContaining({ number: 1, interrupted: false })],
      ['call:ended', expect.objectContaining({ reason: 'completed' })],
    ]);
  });

  it('publish a playback that never started with a duration of 0', async () => {
    const seen = listen('hookline:server:call:playback');
    const { clock, client } = await openCall(async (call) => {
      void call.play(audio(5000));
      void call.play(audio(5000));
      await idle(call);
    });
    await clock.advance(500);
    await hangUp(clock, client);
    expect(seen).toEqual([
      ['call:playback', { ended: 'callEnded', heardMs: expect.any(Number), durationMs: expect.any(Number) }],
      ['call:playback', { ended: 'callEnded', heardMs: 0, durationMs: 0 }],
    ]);
  });
});
