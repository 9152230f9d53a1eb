import { describe, expect, test } from 'vitest';
import type { ScriptedLink } from '../src/testing/index.js';
import { bridged, finish, ready, serviceCalls } from './bridged.js';

const FAULT = { code: 'server_error', message: 'no', fatal: false };

/** A reply of which only the first second arrives. */
function failing(link: ScriptedLink, id: string, retryAfterMs?: number): void {
  link.reply(id, 1000, { byte: 0x11, done: false });
  link.host.replyDone(id, 'failed', retryAfterMs === undefined ? FAULT : { ...FAULT, retryAfterMs });
}

describe('a reply that fails after some of its audio', () => {
  test.each([
    ['half a second', undefined, 500],
    ['the time that the service names', 2000, 2000],
  ])('is requested again %s after that was heard', async (_, retryAfterMs, pauseMs) => {
    const it = bridged({}, { service: { onAsk: (link) => link.reply('r2', 500, { byte: 0x22 }) } });
    await ready(it);
    failing(it.service.link, 'r1', retryAfterMs);
    await it.clock.advanceUntil(() => it.session.state === 'speaking');
    await it.clock.advanceUntil(() => it.session.state === 'thinking');
    expect(it.recorder.heardMs(0x11)).toBe(1000);
    await it.clock.advance(pauseMs - 20);
    expect(serviceCalls(it, 'ask')).toEqual([]);
    await it.clock.advance(1000);
    expect(it.recorder.heardMs(0x22)).toBe(500);
    await it.clock.advance(9000);
    expect(serviceCalls(it, 'ask')).toHaveLength(1);
    it.call.hangup();
    await finish(it);
  });

  test('each time is requested again at once only the first time', async () => {
    let asked = 0;
    const it = bridged({}, { service: { onAsk: (link) => failing(link, `again-${++asked}`) } });
    await ready(it);
    failing(it.service.link, 'r1');
    await it.clock.advance(1000 + 500 + 1000 + 5000);
    expect(asked).toBe(1);
    it.call.hangup();
    await finish(it);
  });

  test.each([
    ['fails', failing],
    ['stalls', (link: ScriptedLink, id: string) => link.reply(id, 1000, { done: false })],
  ])('and of which each repetition %s too ends the call as one that does not arrive', async (_, begin) => {
    let asked = 0;
    const onAsk = (link: ScriptedLink) => begin(link, `again-${++asked}`);
    const it = bridged({ limits: { replyMs: 2000 } }, { service: { onAsk } });
    await ready(it);
    begin(it.service.link, 'r1');
    await it.clock.advance(60_000);
    expect(it.session.state).toBe('closed');
    // A repetition, one more request, and its repetition.
    expect(asked).toBe(3);
    expect(await finish(it)).toMatchObject({ path: 'failure' });
  });

  test('is requested again each time if replies between were heard', async () => {
    let asked = 0;
    const onAsk = (link: ScriptedLink) => link.reply(`again-${++asked}`, 500);
    const it = bridged({}, { service: { onAsk } });
    await ready(it);
    for (let nth = 1; nth <= 4; nth++) {
      failing(it.service.link, `r${nth}`);
      await it.clock.advance(4000);
    }
    expect(asked).toBe(4);
    it.call.hangup();
    await finish(it);
  });

  test('is not requested again if the caller speaks meanwhile, or the bot ends the call', async () => {
    const it = bridged();
    await ready(it);
    const { link } = it.service;
    failing(link, 'r1');
    await it.clock.advance(500);
    link.host.speech('start');
    link.host.speech('end');
    link.reply('r2', 500, { byte: 0x22 });
    await it.clock.advance(3000);
    failing(link, 'r3');
    await it.clock.advance(500);
    it.session.end();
    expect(await finish(it)).toMatchObject({ path: 'success' });
    expect(serviceCalls(it, 'ask')).toEqual([]);
  });

  test('is requested from the next connection if this one is lost meanwhile', async () => {
    const it = bridged({}, { service: { onAsk: (link) => link.reply('r2', 500, { byte: 0x22 }) } });
    await ready(it);
    failing(it.service.link, 'r1');
    await it.clock.advance(500);
    it.service.link.drop();
    await it.clock.advance(5000);
    expect(it.recorder.heardMs(0x11)).toBe(1000);
    expect(it.recorder.heardMs(0x22)).toBe(500);
    it.call.hangup();
    await finish(it);
  });
});
