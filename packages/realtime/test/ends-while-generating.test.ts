import { describe, expect, test } from 'vitest';
import { RealtimeError, type RealtimeEvents, type Tool } from '../src/index.js';
import { bridged, finish, ready } from './bridged.js';

const QUOTA = { code: 'SERVICE_LIMITED', message: 'no quota is left', fatal: true };

describe('a session that ends while a reply is generated', () => {
  test('because of the service takes the failure path once the audio so far was heard', async () => {
    const it = bridged();
    await ready(it);
    const interruptions: RealtimeEvents['interrupted'][] = [];
    it.session.on('interrupted', (event) => interruptions.push(event));
    it.service.link.reply('r1', 1000, { byte: 0x11, text: 'Welcome.', done: false });
    await it.clock.advance(300);
    it.service.link.host.problem(QUOTA);
    expect(await finish(it)).toMatchObject({ path: 'failure' });
    expect(it.clock.now()).toBeLessThan(3000);
    expect(it.recorder.heardMs(0x11)).toBe(1000);
    expect(it.recorder.turns).toEqual(['Welcome.']);
    expect(interruptions).toEqual([]);
  });

  test('because the caller hangs up counts as no interruption by the bot', async () => {
    const it = bridged();
    await ready(it);
    const seen: string[] = [];
    it.session.on('interrupted', () => seen.push('interrupted'));
    it.session.on('state', ({ state }) => seen.push(state));
    it.service.link.reply('r1', 3000, { done: false });
    await it.clock.advance(500);
    it.call.hangup();
    await finish(it);
    expect(seen).toEqual(['thinking', 'speaking', 'closed']);
    expect(it.session.stats.interruptions).toBe(0);
  });
});

const book: Tool = { description: '', run: (_, { outputs }) => outputs.set('reservation', 'R-7') };

describe('a call that the bot is ending', () => {
  test.each([
    ['a fatal problem', 'problem'],
    ['a reply that fails for good', 'replyDone'],
    ['a lost connection', 'drop'],
  ])('stays on the success path, and the goodbye is heard, despite %s', async (_, how) => {
    const it = bridged({ tools: { book } });
    await ready(it);
    const { host } = it.service.link;
    host.toolCall('t1', 'book', '{}');
    await it.clock.advance(10);
    it.service.link.reply('r1', 1000, { byte: 0x11, text: 'Goodbye.', done: false });
    await it.clock.advance(300);
    it.session.end();
    if (how === 'problem') host.problem(QUOTA);
    else if (how === 'replyDone') host.replyDone('r1', 'failed', QUOTA);
    else it.service.link.drop(1011, 'You exceeded your current quota');
    expect(await finish(it)).toMatchObject({ path: 'success', outputs: { reservation: 'R-7' } });
    expect(it.clock.now()).toBeLessThan(3000);
    expect(it.recorder.heardMs(0x11)).toBe(1000);
  });

  test('stays on the success path if the service cannot be connected any more', async () => {
    const it = bridged(
      { greeting: { audio: new Uint8Array(8000).fill(0x11), text: 'We are closed. Goodbye.' } },
      { service: { connectMs: 300, refuse: () => new RealtimeError('SERVICE_REFUSED', 'no') } },
    );
    await it.clock.advance(100);
    it.session.end({ reason: 'closed' });
    expect(await finish(it)).toMatchObject({ path: 'success', outputs: { reason: 'closed' } });
  });
});
