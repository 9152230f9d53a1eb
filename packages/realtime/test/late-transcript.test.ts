import { describe, expect, test } from 'vitest';
import type { Tool } from '../src/index.js';
import { type Bridged, bridged, finish, ready } from './bridged.js';

/** A session in which an interruptible tool runs for as long. */
async function withTool(ms: number, reply: Tool['reply'] = 'after') {
  const search: Tool = {
    description: '',
    interruptible: true,
    reply,
    run: () => new Promise((resolve) => it.clock.after(ms, () => resolve('found'))),
  };
  const it = bridged({ interruption: { confirm: 'text' }, tools: { search } });
  await ready(it);
  const { host } = it.service.link;
  host.replyStarted('r1');
  host.toolCall('t1', 'search', '{}');
  host.replyDone('r1', 'done');
  await it.clock.advance(300);
  return it;
}

async function speak(it: Bridged, ms: number) {
  it.service.link.host.speech('start');
  await it.clock.advance(ms);
  it.service.link.host.speech('end');
  await it.clock.advance(200);
}

/** The words come half a second into the reply to them, all of which is heard. */
async function isHeardWhole(it: Bridged) {
  it.service.link.reply('r2', 2000, { byte: 0x22 });
  await it.clock.advance(500);
  it.service.link.host.text('caller', 'Are you still there?', { final: true });
  await it.clock.advance(3000);
  expect(it.recorder.heardMs(0x22)).toBe(2000);
  expect(it.session.stats.interruptions).toBe(0);
  it.call.hangup();
  await finish(it);
}

describe('with confirm, the transcript of speech does not interrupt the reply to this speech', () => {
  test.each([
    ['ends while the caller speaks', 700],
    ['still runs', 3000],
  ])('if a tool %s', async (_, ms) => {
    const it = await withTool(ms);
    await speak(it, 900);
    await isHeardWhole(it);
  });

  test('after a cough while a tool ran that is over', async () => {
    const it = await withTool(700, 'none');
    await speak(it, 100);
    await it.clock.advance(1000);
    await speak(it, 900);
    await isHeardWhole(it);
  });

  test('after a cough while a reply was awaited that was cancelled', async () => {
    const it = bridged({ interruption: { confirm: 'text' } });
    await ready(it);
    it.session.tell('It rains.', { reply: true });
    await speak(it, 100);
    it.service.link.host.replyStarted('r1');
    it.service.link.host.replyDone('r1', 'cancelled');
    await it.clock.advance(500);
    await speak(it, 900);
    await isHeardWhole(it);
  });

  test('although the caller coughs before it arrives, if the service names what it transcribes', async () => {
    const it = bridged({ interruption: { confirm: 'text' } });
    await ready(it);
    const { host } = it.service.link;
    await speak(it, 900);
    host.text('caller', '', { final: false, part: 'question' });
    it.service.link.reply('r1', 2000, { byte: 0x22 });
    await it.clock.advance(400);
    host.speech('start');
    await it.clock.advance(100);
    host.text('caller', 'What are your opening hours?', { final: true, part: 'question' });
    host.speech('end');
    await it.clock.advance(3000);
    expect(it.recorder.heardMs(0x22)).toBe(2000);
    expect(it.session.stats.interruptions).toBe(0);
    it.call.hangup();
    await finish(it);
  });
});

test('with confirm, the transcript still interrupts the reply during which the caller spoke', async () => {
  const it = bridged({ interruption: { confirm: 'text' } });
  await ready(it);
  it.service.link.reply('r1', 5000, { byte: 0x11 });
  await it.clock.advance(1000);
  await speak(it, 600);
  it.service.link.host.text('caller', 'Stop.', { final: true });
  await it.clock.advance(1000);
  expect(it.recorder.heardMs(0x11)).toBeLessThan(2100);
  expect(it.session.stats.interruptions).toBe(1);
  it.call.hangup();
  await finish(it);
});
