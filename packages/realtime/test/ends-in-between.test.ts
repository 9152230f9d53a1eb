import { describe, expect, test } from 'vitest';
import type { RealtimeEvents, RealtimeOptions, RealtimeSession, Tool } from '../src/index.js';
import type { ScriptedLink } from '../src/testing/index.js';
import { type Bridged, bridged, finish, ready, serviceCalls } from './bridged.js';

const QUOTA = { code: 'SERVICE_LIMITED', message: 'no quota is left', fatal: true };
const FAULT = { code: 'server_error', message: 'no', fatal: false };
const EVENTS = ['state', 'text', 'interrupted', 'tool', 'problem', 'usage'] as const;

/** The ways in which code that the session calls can end it before it returns. */
const ENDS: readonly (readonly [
  string,
  (session: RealtimeSession, link: ScriptedLink | undefined) => void,
])[] = [
  ['ends at once', (session) => session.end({}, { after: 'now' })],
  ['ends after the reply', (session) => session.end()],
  ['is failed by the service', (_, link) => link?.host.problem(QUOTA)],
];

/** A call with something of everything, in which `onCode` is told of each piece of code that the session calls. */
function talkative(onCode: (it: Bridged) => void) {
  const seen = { states: [] as string[], calledLate: 0 };
  const called = (): undefined => {
    if (started) onCode(it);
  };
  const calledInTime = () => {
    if (started && it.session.state === 'closed') seen.calledLate += 1;
    called();
  };
  const tool = (extra: Partial<Tool>): Tool => ({
    description: '',
    run: (_, { signal }) => {
      calledInTime();
      signal.addEventListener('abort', called);
      return extra.interruptible ? new Promise(() => {}) : 'done';
    },
    ...extra,
  });
  const options: RealtimeOptions = {
    tools: {
      book: tool({}),
      search: tool({ interruptible: true }),
      mail: tool({ reply: 'later', interruptible: true }),
    },
    metrics: { count: called, observe: called },
    turns: called,
    dtmf: calledInTime,
    onSilence: calledInTime,
    limits: { silenceMs: 2000, replyMs: 1000, maxQueuedMs: 2000 },
  };
  let started = false;
  let replies = 0;
  // Odd requests get a reply that fails, and the others none.
  const onRequest = (link: ScriptedLink) => {
    called();
    if (link.closed || replies++ % 2 === 0) return;
    link.host.replyStarted(`asked ${replies}`);
    link.host.replyDone(`asked ${replies}`, 'failed', FAULT);
  };
  const it = bridged(options, { service: { onAsk: onRequest, onText: called, onToolResult: called } });
  const start = async () => {
    await ready(it);
    for (const event of EVENTS) it.session.on(event, called);
    it.session.on('state', ({ state }: RealtimeEvents['state']) => seen.states.push(state));
    started = true;
  };
  return { it, seen, start };
}

async function converse(it: Bridged): Promise<void> {
  const link = () => it.service.links.at(-1) ?? expect.fail();
  const steps: readonly [ms: number, step: () => void][] = [
    [300, () => link().reply('r1', 1000, { text: 'Good morning.' })],
    [100, () => link().host.speech('start')],
    [50, () => link().host.text('caller', 'A table, please.', { final: true })],
    [500, () => link().host.speech('end')],
    [100, () => link().host.usage({ tokens: 1 })],
    [300, () => link().reply('r2', 3000)],
    [2500, () => link().host.interrupted()],
    [0, () => link().host.replyStarted('r3')],
    [0, () => link().host.toolCall('t1', 'mail', '{}')],
    [0, () => link().host.toolCall('t2', 'search', '{}')],
    [0, () => link().host.toolCall('t3', 'book', '{}')],
    [0, () => link().host.toolCall('t4', 'unknown', '{}')],
    [100, () => link().host.replyDone('r3', 'done')],
    [900, () => it.session.interrupt()],
    [100, () => it.call.sendDtmf('1')],
    [100, () => link().host.speech('start')],
    [100, () => link().host.speech('end')],
    [100, () => link().host.toolCall('t5', 'book', '{}')],
    [500, () => link().host.audio('r3b', 'p1', new Uint8Array(1600))],
    [0, () => link().host.replyDone('r3b', 'done')],
    [100, () => it.session.say('One moment.')],
    [600, () => link().reply('r4', 300, { text: 'One moment.', done: false })],
    [3000, () => link().host.problem(FAULT)],
    [300, () => link().reply('r5', 900, { done: false })],
    [2500, () => link().drop()],
    [6000, () => it.session.tell('It is raining.', { reply: true })],
  ];
  for (const [ms, step] of steps) {
    if (it.session.state === 'closed' || link().closed) break;
    step();
    await it.clock.advance(ms);
  }
}

describe('code of the bot or of the service in which the session', () => {
  test.each(ENDS)(
    '%s leaves no connection, no timer and no running tool, wherever it is called',
    async (_, end) => {
      const faults: unknown[] = [];
      let most = 1;
      for (let nth = 1; nth <= most; nth++) {
        let calls = 0;
        const { it, seen, start } = talkative((call) => {
          calls += 1;
          if (calls === nth) end(call.session, call.service.links.at(-1));
        });
        await start();
        await converse(it);
        const opened = it.service.links.length;
        if (calls >= nth) most = nth + 1;
        else it.call.hangup();
        await it.clock.run(it.call.closed);
        await it.clock.advanceUntil(() => it.bot.sessions === 0, 20_000);
        await it.clock.settle();
        const open = it.service.links.filter(({ closed }) => !closed).length;
        const left = { open, late: it.service.links.length - opened, timers: it.clock.pending, ...seen };
        const closesLast = seen.states.indexOf('closed') === seen.states.length - 1;
        if (open + left.late + left.timers + left.calledLate > 0 || !closesLast)
          faults.push({ nth, ...left });
      }
      expect(faults).toEqual([]);
      expect(most).toBeGreaterThan(50);
    },
  );
});

test('a session that fails while it is due for renewal opens no other connection, and runs no tool any more', async () => {
  let runs = 0;
  const book: Tool = { description: '', run: () => (runs += 1) };
  const it = bridged({ tools: { book }, limits: { replyMs: 3000 } });
  await ready(it);
  it.service.link.host.expires(74_000);
  await it.clock.advance(35_000);
  it.session.say('Are you there?');
  expect(await finish(it)).toMatchObject({ path: 'failure' });
  const [first, ...others] = it.service.links;
  expect(first?.closed).toBe(true);
  expect(others).toEqual([]);
  it.service.link.host.toolCall('t1', 'book', '{}');
  await it.clock.settle();
  expect(runs).toBe(0);
});

test('a session that the bot ends when its connection is lost opens no other connection, also if audio still plays', async () => {
  const it = bridged();
  await ready(it);
  it.session.on('state', ({ state }) => {
    if (state === 'reconnecting') it.session.end({ reason: 'lost' });
  });
  it.service.link.reply('r1', 2000, { byte: 0x11 });
  await it.clock.advance(500);
  it.service.link.drop();
  expect(await finish(it)).toMatchObject({ path: 'success', outputs: { reason: 'lost' } });
  expect(it.recorder.heardMs(0x11)).toBe(2000);
  expect(it.service.links).toHaveLength(1);
  expect(it.session.stats.reconnects).toBe(0);
});

test('all listeners receive what one of them causes after what it received itself', async () => {
  const it = bridged();
  await ready(it);
  const seen: string[] = [];
  it.session.on('state', () => it.session.end({}, { after: 'now' }));
  it.session.on('state', ({ state }) => seen.push(state));
  it.session.say('Good morning.');
  await finish(it);
  expect(seen).toEqual(['thinking', 'closed']);
});

test('a key that ends the call is not told to the model', async () => {
  const it = bridged();
  await ready(it);
  it.session.on('interrupted', () => it.session.end({}, { after: 'now' }));
  it.service.link.reply('r1', 2000);
  await it.clock.advance(500);
  void it.call.sendDtmf('1');
  await finish(it);
  expect(serviceCalls(it, 'text')).toEqual([]);
});
