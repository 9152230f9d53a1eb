import { VirtualClock } from '@hookline/runtime';
import { linkedCall } from '@hookline/testing';
import { describe, expect, it } from 'vitest';
import {
  type MetricsSink,
  prepareRealtime,
  type RealtimeOptions,
  type RealtimeService,
  realtime,
  type Tool,
  tool,
} from '../src/index.js';
import { type ScriptedLink, scripted } from '../src/testing/index.js';
import { bridged, finish } from './bridged.js';

const SERVICE = { can: { endsTurnAfterTool: false } } as const;

/** A service that does something as soon as its session has begun, before `connect` has resolved. */
function eager(act: (link: ScriptedLink) => void) {
  const inner = scripted(SERVICE);
  const service: RealtimeService = {
    ...{ name: 'eager', input: inner.input, output: inner.output, can: inner.can },
    async connect(host, start, signal) {
      const link = await inner.connect(host, start, signal);
      act(inner.link);
      return link;
    },
  };
  return { inner, service };
}

const WAYS = {
  'a service that requests it before it is ready': async (options: RealtimeOptions) => {
    const { inner, service } = eager((link) => link.host.toolCall('1', 'who', '{}'));
    const clock = new VirtualClock();
    const { call } = linkedCall(() => (call) => realtime(call, service, { ...options, clock }), { clock });
    await clock.run(call.result);
    return inner.links;
  },
  'a prepared service that requests it before the client has opened the call': async (
    options: RealtimeOptions,
  ) => {
    const service = scripted(SERVICE);
    const clock = new VirtualClock();
    const all = { ...options, clock };
    const { call } = linkedCall(
      () => ((call: never, prepared: RealtimeService) => realtime(call, prepared, all)) as never,
      { clock, latencyMs: 100, bot: { prepare: prepareRealtime(service, all) } as never },
    );
    await clock.advanceUntil(() => service.links.length > 0);
    expect(call.state).not.toBe('open');
    service.link.host.toolCall('1', 'who', '{}');
    await clock.run(call.result);
    return service.links;
  },
};

const TOOLS: Readonly<Record<string, readonly [Partial<Tool>, result: unknown]>> = {
  'of a tool that answers at once': [{}, { name: 'Ann' }],
  'of a tool without a reply': [{ reply: 'none' }, { name: 'Ann' }],
  'that stands for one that comes later': [
    { reply: 'later' },
    { status: 'accepted: the result will follow later' },
  ],
};

describe('the result', () => {
  it.each(
    Object.entries(WAYS).flatMap(([way, run]) =>
      Object.entries(TOOLS).map(([which, [about, result]]) => ({ which, way, run, about, result })),
    ),
  )('$which reaches $way', async ({ run, about, result }) => {
    const who = tool({
      ...{ description: 'Who calls?', parameters: { type: 'object' }, run: () => ({ name: 'Ann' }) },
      ...about,
    });
    const links = await run({ greeting: 'caller', tools: { who }, limits: { callMs: 3000 } });
    expect(links).toHaveLength(1);
    const results = links[0]?.calls.filter(({ type }) => type === 'toolResult');
    expect(results).toMatchObject([{ id: '1', result }]);
  });

  it('of an unknown tool reaches a service that requests it before it is ready', async () => {
    const { inner, service } = eager((link) => link.host.toolCall('1', 'nothing', '{}'));
    const it = bridged({ limits: { callMs: 1000 } }, { on: service });
    await finish(it);
    expect(inner.link.calls).toMatchObject([
      { type: 'toolResult', id: '1', result: { error: 'there is no tool with this name' } },
    ]);
  });
});

it('the events of a service that greets before it is ready are handled in order, and it is not asked to greet', async () => {
  const { inner, service } = eager((link) => link.reply('hello', 800, { text: 'Hello.' }));
  const it = bridged({ greeting: 'model', limits: { callMs: 3000 } }, { on: service });
  await finish(it);
  expect(inner.link.calls.filter(({ type }) => type === 'ask')).toEqual([]);
  expect(it.recorder.heardMs(0x2a)).toBe(800);
  expect(it.recorder.turns).toEqual(['Hello.']);
});

it('a service that sends without end before it is ready is refused', async () => {
  const { service } = eager((link) => {
    for (let nth = 0; nth <= 1000; nth++) link.host.usage({ input: 1 });
  });
  const it = bridged({}, { on: service });
  await it.clock.run(it.call.result);
  await expect(it.session.result).rejects.toMatchObject({
    reason: 'SERVICE_REFUSED',
    cause: { message: expect.stringContaining('more than 1000 events before connect() resolved') },
  });
});

it('a service that closes the connection before it is ready is dialled again, after its events were handled', async () => {
  let opened = 0;
  const { inner, service } = eager((link) => {
    opened += 1;
    if (opened > 1) return;
    link.host.usage({ input: 7 });
    link.drop();
  });
  const counted: string[] = [];
  const metrics: MetricsSink = {
    count: (name, by) => {
      if (name === 'tokens_total' || name === 'reconnects_total') counted.push(`${name} ${by}`);
    },
    observe() {},
  };
  const it = bridged({ metrics, limits: { callMs: 3000 } }, { on: service });
  const result = await finish(it);
  expect(result.path).toBe('success');
  expect(inner.links).toHaveLength(2);
  expect(counted).toEqual(['tokens_total 7', 'reconnects_total 1']);
});
