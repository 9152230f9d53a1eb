import { Type } from '@sinclair/typebox';
import { describe, expect, test } from 'vitest';
import { endCall, tool, transfer } from '../src/index.js';
import { bridged, finish, ready } from './bridged.js';

const PCM_24K = { encoding: 'pcm16', rate: 24_000 } as const;

describe('a call that a tool ends', () => {
  test.each([
    ['µ-law', {}],
    ['PCM', { output: PCM_24K }],
  ])(
    'ends soon after the goodbye was heard although the service waits for the result before it ends it (%s)',
    async (_, shape) => {
      const it = bridged(
        { tools: { end_call: endCall() } },
        { service: { ...shape, can: { endsTurnAfterTool: false } } },
      );
      await ready(it);
      const startMs = it.clock.now();
      it.service.link.reply('r1', 1500, { done: false });
      it.service.link.host.toolCall('t1', 'end_call', '{}');
      const result = await finish(it);
      expect(result.path).toBe('success');
      expect(it.clock.now() - startMs).toBeLessThan(4000);
    },
  );

  test.each([
    ['length', { callMs: 3000 }],
    ['silence', { silenceMs: 3000 }],
  ])('does not end by %s, although its limit passes while the goodbye plays', async (_, limits) => {
    const it = bridged({
      limits,
      onSilence: 'end',
      tools: { end_call: endCall({ outputs: { id: 'Its id.' } }) },
    });
    await ready(it);
    await it.clock.advance(1000);
    it.service.link.reply('r1', 4000, { done: false });
    it.service.link.host.toolCall('t1', 'end_call', '{"id":"R-1"}');
    it.service.link.host.replyDone('r1', 'done');
    const result = await finish(it);
    expect(result).toMatchObject({ path: 'success', outputs: { id: 'R-1' } });
    expect(JSON.stringify(result)).not.toContain('ended_by');
  });

  test('plays a goodbye whose audio still arrives when the tool is over', async () => {
    const it = bridged(
      { tools: { transfer: transfer(['agent']) } },
      { service: { can: { endsTurnAfterTool: false } } },
    );
    await ready(it);
    const { host } = it.service.link;
    host.replyStarted('r1');
    host.toolCall('t1', 'transfer', '{"target":"agent"}');
    for (let nth = 0; nth < 5; nth++) {
      await it.clock.advance(600);
      host.audio('r1', 'r1-1', new Uint8Array(8000).fill(0x33));
    }
    expect(await finish(it)).toMatchObject({ path: 'success', outputs: { transfer_to: 'agent' } });
    expect(it.recorder.heardMs(0x33)).toBe(5000);
  });

  test('waits for the other tools of the same reply, and returns what they set', async () => {
    let wasAborted: boolean | undefined;
    const book = tool({
      description: 'Books.',
      parameters: Type.Object({}),
      run: (_args, { outputs, signal }) =>
        new Promise((resolve) =>
          it.clock.after(400, () => {
            wasAborted = signal.aborted;
            outputs.set('reservation', 'R-7');
            resolve({ booked: true });
          }),
        ),
    });
    const it = bridged({ tools: { book, end_call: endCall() } });
    await ready(it);
    const { host } = it.service.link;
    host.replyStarted('r1');
    host.toolCall('t1', 'book', '{}');
    host.toolCall('t2', 'end_call', '{}');
    host.replyDone('r1', 'done');
    expect(await finish(it)).toMatchObject({ path: 'success', outputs: { reservation: 'R-7' } });
    expect(wasAborted).toBe(false);
  });

  test.each([
    ['after a tool', { endsTurnAfterTool: true }],
    ['later', { endsTurnAfterTool: false }],
  ])('runs the tools that the same reply requests after it, of a service that ends it %s', async (_, can) => {
    const save = tool({
      description: 'Saves.',
      parameters: Type.Object({}),
      run: (_args, { outputs }) =>
        new Promise((resolve) =>
          it.clock.after(300, () => {
            outputs.set('saved', 'yes');
            resolve({ saved: true });
          }),
        ),
    });
    const it = bridged({ tools: { transfer: transfer(['agent']), save } }, { service: { can } });
    await ready(it);
    const problems: string[] = [];
    it.session.on('problem', ({ code }) => problems.push(code));
    const { host } = it.service.link;
    host.replyStarted('r1');
    host.toolCall('t1', 'transfer', '{"target":"agent"}');
    await it.clock.advance(150);
    expect(it.session.state).toBe('ending');
    host.toolCall('t2', 'save', '{}');
    await it.clock.advance(150);
    host.replyDone('r1', 'done');
    expect(await finish(it)).toMatchObject({ outputs: { transfer_to: 'agent', saved: 'yes' } });
    expect(problems).toEqual([]);
  });

  test('reports a tool that is requested after its last reply is complete, and does not run it', async () => {
    let ran = false;
    const save = {
      description: 'Saves.',
      run: () => {
        ran = true;
      },
    };
    const it = bridged({ tools: { save, end_call: endCall() } });
    await ready(it);
    const problems: unknown[] = [];
    it.session.on('problem', ({ code, message }) => problems.push([code, message]));
    const { host } = it.service.link;
    it.service.link.reply('r1', 1000, { done: false });
    host.toolCall('t1', 'end_call', '{}');
    await it.clock.advance(100);
    host.replyDone('r1', 'done');
    host.toolCall('t2', 'save', '{}');
    host.toolCall('t2', 'save', '{}');
    expect((await finish(it)).path).toBe('success');
    expect(ran).toBe(false);
    expect(problems).toEqual([['TOOL_AFTER_END', expect.stringContaining('(save)')]]);
  });

  test('waits for the other tools no longer than each of them may run', async () => {
    const it = bridged({
      tools: {
        hangs: { description: '', run: () => new Promise(() => {}) },
        end_call: endCall(),
      },
      limits: { toolMs: 3000 },
    });
    await ready(it);
    const startMs = it.clock.now();
    it.service.link.host.toolCall('t1', 'hangs', '{}');
    it.service.link.host.toolCall('t2', 'end_call', '{}');
    expect((await finish(it)).path).toBe('success');
    expect(it.clock.now() - startMs).toBeLessThan(4000);
  });

  test('does not wait for its tools if it is to end now', async () => {
    const it = bridged({ tools: { hangs: { description: '', run: () => new Promise(() => {}) } } });
    await ready(it);
    it.service.link.host.toolCall('t1', 'hangs', '{}');
    await it.clock.advance(10);
    it.session.end({}, { after: 'now' });
    expect(it.session.state).toBe('closed');
    await finish(it);
  });
});

test.each([
  ['µ-law', {}],
  ['PCM', { output: PCM_24K }],
])('a reply that stalls is noticed once after the time limit (%s)', async (_, shape) => {
  const it = bridged({ limits: { replyMs: 8000 } }, { service: shape });
  await ready(it);
  const problems: number[] = [];
  const startMs = it.clock.now();
  it.session.on('problem', () => problems.push(it.clock.now() - startMs));
  it.service.link.reply('r1', 1500, { done: false });
  await it.clock.advance(12_000);
  expect(problems).toHaveLength(1);
  it.call.hangup();
  await finish(it);
});

test.each([
  ['ends', 20_000, 1],
  ['hangs', Number.POSITIVE_INFINITY, 1],
  ['ends, and the service goes on with the reply', 20_000, 0],
])(
  'a reply that a service leaves open while its tool runs does not stall before the result (a tool that %s)',
  async (_, ms, stalls) => {
    const tools = {
      slow: {
        description: '',
        run: () => new Promise((done) => ms < 25_000 && it.clock.after(ms, () => done('ready'))),
      },
    };
    const it = bridged(
      { tools, limits: { replyMs: 8000, toolMs: 25_000 } },
      { service: { can: { endsTurnAfterTool: false } } },
    );
    await ready(it);
    const startMs = it.clock.now();
    const problems: number[] = [];
    it.session.on('problem', ({ code }) => {
      if (code === 'REPLY_STALLED') problems.push(it.clock.now() - startMs);
    });
    it.service.link.reply('r1', 1500, { done: false });
    it.service.link.host.toolCall('t1', 'slow', '{}');
    await it.clock.advance(24_000);
    expect(problems).toEqual([]);
    if (stalls === 0) {
      it.service.link.host.audio('r1', 'r1-1', new Uint8Array(4000).fill(0x33));
      it.service.link.host.replyDone('r1', 'done');
    }
    await it.clock.advance(20_000);
    expect(problems).toHaveLength(stalls);
    // The time limit begins with the result, here of a tool that ran too long.
    if (stalls > 0) expect(problems[0]).toBeGreaterThanOrEqual(Math.min(ms, 25_000) + 8000);
    it.call.hangup();
    await finish(it);
  },
);
