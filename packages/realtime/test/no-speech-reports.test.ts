import { describe, expect, test } from 'vitest';
import type { RealtimeService } from '../src/index.js';
import { type ScriptedOptions, scripted } from '../src/testing/index.js';
import { type Bridged, bridged, finish, ready, serviceCalls } from './bridged.js';

/** A service that transcribes the caller, but does not report when they speak. */
const WITHOUT_SPEECH: ScriptedOptions = { can: { vad: false } };

const LIMITS = { replyMs: 3000, silenceMs: 60_000 };

async function listening(): Promise<Bridged> {
  const it = bridged({ limits: LIMITS }, { service: WITHOUT_SPEECH });
  await ready(it);
  return it;
}

async function hangUp(it: Bridged): Promise<void> {
  it.call.hangup();
  await finish(it);
}

const asks = (it: Bridged) => serviceCalls(it, 'ask').length;

describe('a service that reports no speech', () => {
  test('is asked for a reply if none comes in time after a whole transcript', async () => {
    const it = await listening();
    it.service.link.host.text('caller', 'A table', { final: true });
    expect(it.session.state).toBe('thinking');
    await it.clock.advance(2900);
    expect(asks(it)).toBe(0);
    await it.clock.advance(200);
    expect(asks(it)).toBe(1);
    await hangUp(it);
  });

  test('is asked for a reply if neither a reply nor more words come in time after a piece', async () => {
    const it = await listening();
    for (const word of ['A ', 'table ', 'for ', 'two']) {
      it.service.link.host.text('caller', word, { final: false });
      await it.clock.advance(2000);
    }
    expect(asks(it)).toBe(0);
    expect(it.session.state).toBe('listening');
    await it.clock.advance(1100);
    expect(asks(it)).toBe(1);
    await hangUp(it);
  });

  test('is not asked for a reply because of words that come while it replies to them', async () => {
    const it = await listening();
    const { link } = it.service;
    link.host.text('caller', 'A ', { final: false });
    link.reply('r1', 1000);
    link.host.text('caller', 'table', { final: false });
    link.host.text('caller', 'A table', { final: true });
    await it.clock.advance(10_000);
    expect(asks(it)).toBe(0);
    await hangUp(it);
  });

  test('is asked again at once if its reply to a transcript is empty', async () => {
    const it = await listening();
    const { host } = it.service.link;
    host.text('caller', 'A table', { final: true });
    host.replyDone('r1', 'done');
    expect(asks(it)).toBe(1);
    await hangUp(it);
  });

  test('is not renewed while words of the caller arrive, until just before its end', async () => {
    const it = await listening();
    await it.clock.advance(40_000);
    const first = it.service.link;
    const endMs = it.clock.now() + 50_000;
    first.host.expires(50_000);
    while (it.service.links.length === 1) {
      first.host.text('caller', 'and then ', { final: false });
      await it.clock.advance(500);
    }
    expect(endMs - it.clock.now()).toBeLessThan(3000);
    expect(endMs - it.clock.now()).toBeGreaterThan(0);
    await hangUp(it);
  });

  test('is asked by the next connection for the reply to words without one', async () => {
    const it = await listening();
    it.service.link.host.text('caller', 'A table', { final: false });
    it.service.link.drop(1006);
    await it.clock.advanceUntil(() => it.service.links.length === 2);
    await it.clock.advance(3100);
    expect(asks(it)).toBe(1);
    await hangUp(it);
  });

  test('is left alone if it cannot be asked: it decides by itself whether it replies', async () => {
    const inner = scripted(WITHOUT_SPEECH);
    const on: RealtimeService = {
      ...{ name: 'agent', input: inner.input, output: inner.output, can: inner.can },
      async connect(host, start, signal) {
        const { ask: _, ...link } = await inner.connect(host, start, signal);
        return link;
      },
    };
    const it = bridged({ limits: LIMITS }, { on });
    await it.clock.advanceUntil(() => inner.links.length === 1);
    await it.clock.advance(10);
    inner.link.host.text('caller', 'Wait a moment', { final: true });
    await it.clock.advance(30_000);
    expect(it.session.state).toBe('listening');
    await hangUp(it);
  });
});
