import { describe, expect, test } from 'vitest';
import { bridged, finish, ready, serviceCalls } from './bridged.js';

const FRAME_MS = 20;

describe('an interruption', () => {
  describe.each([0, 60, 150])('over a line of %i ms one way', (latencyMs) => {
    test.each([300, 700, 2900, 7300])(
      'truncates at the heard audio if the caller speaks %i ms into the reply, within one frame',
      async (atMs) => {
        const it = bridged({}, { latencyMs });
        await ready(it);
        const { link } = it.service;
        link.reply('r1', 12_000, { byte: 0x11 });
        await it.clock.advance(atMs);
        link.host.speech('start');
        await it.clock.advance(2000);
        const [truncated] = serviceCalls(it, 'truncate');
        expect(truncated?.part).toBe('r1-1');
        expect(Math.abs((truncated?.ms ?? 0) - it.recorder.heardMs(0x11))).toBeLessThanOrEqual(FRAME_MS);
        expect(it.recorder.entities('barge_in')).toBe(1);
        it.call.hangup();
        await finish(it);
      },
    );
  });

  test('truncates each part of a reply separately: not the heard part, the current one, and later ones at 0', async () => {
    const it = bridged();
    await ready(it);
    const { link } = it.service;
    link.reply('r1', 3000, { parts: ['a', 'b', 'c'] });
    await it.clock.advance(1500);
    link.host.speech('start');
    expect(serviceCalls(it, 'truncate').map(({ part, ms }) => [part, ms])).toEqual([
      ['b', expect.toSatisfy((ms: number) => Math.abs(ms - 500) <= 2 * FRAME_MS)],
      ['c', 0],
    ]);
    it.call.hangup();
    await finish(it);
  });

  test('never truncates beyond the received audio, without audio, or while nothing plays', async () => {
    const it = bridged();
    await ready(it);
    const { link } = it.service;
    link.host.speech('start');
    link.host.speech('end');
    link.host.replyStarted('r1');
    link.host.speech('start');
    expect(serviceCalls(it, 'truncate')).toEqual([]);
    link.host.speech('end');
    link.reply('r2', 500, { done: false });
    await it.clock.advance(3000);
    link.host.speech('start');
    for (const { ms } of serviceCalls(it, 'truncate')) expect(ms).toBeLessThanOrEqual(500);
    expect(it.recorder.entities('barge_in')).toBeLessThanOrEqual(1);
    it.call.hangup();
    await finish(it);
  });

  test('truncates long after the reply was generated, while it still plays', async () => {
    const it = bridged();
    await ready(it);
    const { link } = it.service;
    link.reply('r1', 60_000, { byte: 0x11 });
    await it.clock.advance(40_000);
    link.host.speech('start');
    await it.clock.advance(1000);
    expect(
      Math.abs((serviceCalls(it, 'truncate')[0]?.ms ?? 0) - it.recorder.heardMs(0x11)),
    ).toBeLessThanOrEqual(FRAME_MS);
    expect(serviceCalls(it, 'cancel')).toEqual([]);
    it.call.hangup();
    await finish(it);
  });

  test('plays nothing of the old reply, even if audio arrives late, and all of the next from its first byte', async () => {
    const it = bridged();
    await ready(it);
    const { link } = it.service;
    link.reply('old', 2000, { byte: 0x11, done: false });
    await it.clock.advance(500);
    link.host.speech('start');
    await it.clock.advance(500);
    const heardMs = it.recorder.heardMs(0x11);
    link.host.audio('old', 'old-1', new Uint8Array(8000).fill(0x11));
    link.host.replyDone('old', 'cancelled');
    link.host.audio('old', 'old-1', new Uint8Array(8000).fill(0x11));
    link.host.replyStarted('old');
    link.host.audio('old', 'old-2', new Uint8Array(8000).fill(0x11));
    link.host.speech('end');
    link.reply('new', 1000, { byte: 0x22 });
    link.host.audio('old', 'old-1', new Uint8Array(8000).fill(0x11));
    await it.clock.advance(3000);
    expect(it.recorder.heardMs(0x11)).toBe(heardMs);
    expect(it.recorder.heardMs(0x22)).toBe(1000);
    expect(it.session.stats.lateAudioMs).toBe(4000);
    it.call.hangup();
    await finish(it);
  });

  test.each([1, 2, 8])('sends exactly one barge_in with %i replies queued', async (replies) => {
    const it = bridged();
    await ready(it);
    const { link } = it.service;
    for (let nth = 0; nth < replies; nth++) link.reply(`r${nth}`, 2000, { byte: 0x20 + nth });
    await it.clock.advance(700);
    link.host.speech('start');
    await it.clock.advance(3000);
    expect(it.recorder.entities('barge_in')).toBe(1);
    for (let nth = 1; nth < replies; nth++) expect(it.recorder.heardMs(0x20 + nth)).toBe(0);
    it.call.hangup();
    await finish(it);
  });

  test('sends no barge_in while nothing plays', async () => {
    const it = bridged();
    await ready(it);
    it.service.link.reply('r1', 500);
    await it.clock.advance(3000);
    it.service.link.host.speech('start');
    expect(it.session.interrupt()).toEqual([]);
    await it.clock.advance(1000);
    expect(it.recorder.entities('barge_in')).toBe(0);
    it.call.hangup();
    await finish(it);
  });

  test('leaves no gap between the parts of one reply at a round trip of 300 ms', async () => {
    const it = bridged({}, { latencyMs: 150 });
    await ready(it);
    it.service.link.reply('r1', 4000, { parts: ['a', 'b'], byte: 0x11, everyMs: 200 });
    await it.clock.advance(8000);
    expect(it.recorder.heardMs(0x11)).toBe(4000);
    it.call.hangup();
    const result = await finish(it);
    expect(result.underruns).toBe(0);
  });

  test('does not happen twice if both the call and the service detect the same speech', async () => {
    const it = bridged({ interruption: { by: 'first' } });
    await ready(it);
    const { link } = it.service;
    link.reply('r1', 5000, { byte: 0x11, done: false });
    await it.clock.advance(1000);
    it.session.interrupt();
    link.host.speech('start');
    link.host.interrupted('r1');
    await it.clock.advance(1000);
    expect(it.recorder.entities('barge_in')).toBe(1);
    expect(it.session.stats.interruptions).toBe(1);
    expect(serviceCalls(it, 'truncate')).toHaveLength(1);
    expect(serviceCalls(it, 'cancel')).toHaveLength(1);
    it.call.hangup();
    await finish(it);
  });

  test('is delayed by the guard and by the minimum length of speech, without a gap in playback', async () => {
    const it = bridged({ interruption: { guardMs: 1000, minSpeechMs: 200 } });
    await ready(it);
    const { link } = it.service;
    expect(link.start.interruption).toBe('session');
    link.reply('r1', 5000, { byte: 0x11, done: false });
    await it.clock.advance(300);
    link.host.speech('start');
    await it.clock.advance(150);
    link.host.speech('end');
    await it.clock.advance(1000);
    expect(it.session.stats).toMatchObject({ interruptions: 0, falseInterruptions: 1 });
    link.host.speech('start');
    await it.clock.advance(190);
    expect(it.session.stats.interruptions).toBe(0);
    await it.clock.advance(20);
    expect(it.session.stats.interruptions).toBe(1);
    expect(serviceCalls(it, 'cancel').map(({ replyId }) => replyId)).toEqual(['r1']);
    await it.clock.advance(1000);
    it.call.hangup();
    expect((await finish(it)).underruns).toBe(0);
  });

  test('waits for words if they must confirm it', async () => {
    const it = bridged({ interruption: { confirm: 'text' } });
    await ready(it);
    const { link } = it.service;
    link.reply('r1', 6000, { byte: 0x11 });
    await it.clock.advance(500);
    link.host.speech('start');
    await it.clock.advance(500);
    link.host.text('caller', '  ', { final: false });
    expect(it.session.stats.interruptions).toBe(0);
    link.host.speech('end');
    link.host.text('caller', 'Stop', { final: true });
    expect(it.session.stats.interruptions).toBe(1);
    it.call.hangup();
    await finish(it);
  });

  test('does not happen if speech must not interrupt, or must not interrupt the greeting', async () => {
    const it = bridged({ interruption: { by: 'off' } });
    await ready(it);
    it.service.link.reply('r1', 1000, { byte: 0x11 });
    await it.clock.advance(300);
    it.service.link.host.speech('start');
    await it.clock.advance(3000);
    expect(it.recorder.heardMs(0x11)).toBe(1000);
    it.call.hangup();
    await finish(it);

    const greeted = bridged({
      greeting: {
        audio: new Uint8Array(8000).fill(0x33),
        text: 'This call is recorded.',
        interruptible: false,
      },
    });
    await ready(greeted);
    await greeted.clock.advance(300);
    greeted.service.link.host.speech('start');
    await greeted.clock.advance(3000);
    expect(greeted.recorder.heardMs(0x33)).toBe(1000);
    greeted.call.hangup();
    await finish(greeted);
  });

  test('drops a reply that was requested before the caller started to speak and starts while they speak', async () => {
    const it = bridged({ greeting: 'model' });
    await ready(it);
    const { link } = it.service;
    expect(serviceCalls(it, 'ask')).toHaveLength(1);
    it.session.interrupt();
    link.host.speech('start');
    link.reply('late', 1000, { byte: 0x11, done: false });
    await it.clock.advance(2000);
    expect(it.recorder.heardMs(0x11)).toBe(0);
    it.call.hangup();
    await finish(it);
  });

  test('truncates no part of a closed session, although its reply still plays', async () => {
    const it = bridged();
    await ready(it);
    it.service.link.reply('r1', 8000, { byte: 0x11 });
    await it.clock.advance(500);
    it.service.link.drop(1006);
    await it.clock.advanceUntil(() => it.service.links.length === 2);
    await it.clock.advance(500);
    it.service.link.host.speech('start');
    await it.clock.advance(500);
    expect(it.session.stats.interruptions).toBe(1);
    expect(serviceCalls(it, 'truncate')).toEqual([]);
    it.call.hangup();
    await finish(it);
  });

  test('without playback cancels no reply that is still to be requested', async () => {
    const it = bridged({ greeting: 'model' }, { service: { connectMs: 500 } });
    await it.clock.advanceUntil(() => it.bot.sessions === 1 && it.call.state === 'open');
    expect(it.session.interrupt()).toEqual([]);
    await ready(it);
    expect(serviceCalls(it, 'ask')).toHaveLength(1);
    it.call.hangup();
    await finish(it);
  });
});

test.each([
  ['the service', {}, 'service'],
  ['the service, with a delay that needs reports of speech', { guardMs: 500 }, 'service'],
  ["the call's detector", { by: 'local' }, 'session'],
  ['either, with a delay', { by: 'first', guardMs: 500 }, 'session'],
  ['nobody', { by: 'off' }, 'session'],
] as const)('a service that reports no speech is told who interrupts: %s', async (_, interruption, who) => {
  const it = bridged({ interruption }, { service: { can: { vad: false } } });
  await ready(it);
  expect(it.service.link.start.interruption).toBe(who);
  it.call.hangup();
  await finish(it);
});
