import { channel } from 'node:diagnostics_channel';
import { VirtualClock } from '@hookline/runtime';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CallFacts } from '../session/call-facts.js';
import { BotMetrics } from './bot-metrics.js';
import { CallTimings } from './call-timings.js';

async function opened() {
  const clock = new VirtualClock();
  await clock.advance(100);
  const metrics = new BotMetrics();
  return { clock, metrics, timings: new CallTimings(metrics, clock, 60) };
}

describe('the timings of a call', () => {
  it('measure from the request to opened, and from there only to the first audio', async () => {
    const { clock, metrics, timings } = await opened();
    expect(metrics.openMs.sumMs).toBe(40);
    await clock.advance(300);
    timings.audioSent(true, 0);
    await clock.advance(300);
    timings.audioSent(true, 0);
    expect([metrics.firstAudioMs.count, metrics.firstAudioMs.sumMs]).toEqual([1, 300]);
  });

  it('measure a reply from the end of the speech, not from its detection', async () => {
    const { clock, metrics, timings } = await opened();
    timings.audioSent(true, 0);
    await clock.advance(2000);
    timings.callerStopped(800);
    await clock.advance(150);
    timings.audioSent(true, 0);
    timings.audioSent(false, 0);
    expect([metrics.replyMs.count, metrics.replyMs.sumMs]).toEqual([1, 950]);
  });

  it('measure a reply that started before the end of speech was detected', async () => {
    const { clock, metrics, timings } = await opened();
    timings.audioSent(true, 0);
    await clock.advance(2000);
    timings.audioSent(true, 0);
    await clock.advance(250);
    timings.audioSent(false, 0);
    await clock.advance(250);
    timings.callerStopped(800);
    timings.audioSent(false, 0);
    await clock.advance(5000);
    timings.audioSent(true, 0);
    expect([metrics.replyMs.count, metrics.replyMs.sumMs]).toEqual([1, 300]);
  });

  it('measure no reply if the bot was speaking and goes on', async () => {
    const { clock, metrics, timings } = await opened();
    timings.audioSent(true, 0);
    await clock.advance(1000);
    timings.detectedStop(800);
    timings.audioSent(false, 0);
    // A source that is late for a moment does not start again.
    timings.audioSent(false, 299);
    expect(metrics.replyMs.count).toBe(0);
  });

  it('measure a reply in a stream that goes on after a pause', async () => {
    const { clock, metrics, timings } = await opened();
    timings.audioSent(true, 0);
    await clock.advance(2000);
    timings.callerStopped(0);
    await clock.advance(500);
    timings.audioSent(false, 300);
    expect([metrics.replyMs.count, metrics.replyMs.sumMs]).toEqual([1, 500]);
  });

  it('count a reply once if the end of speech is reported again', async () => {
    const { clock, metrics, timings } = await opened();
    timings.callerStopped(0);
    await clock.advance(300);
    timings.audioSent(true, 0);
    await clock.advance(100);
    timings.callerStopped(400);
    expect([metrics.replyMs.count, metrics.replyMs.sumMs]).toEqual([1, 300]);
  });

  it.each([
    ['before the end of speech is detected', 200, 60_000, 0],
    ['after it', 900, 0, 60_000],
    ['while the bot replies already', 200, 30_000, 30_000],
  ])('count no hold as time that the caller waits: %s', async (_, beforeMs, detectedMs, repliedMs) => {
    const { clock, metrics, timings } = await opened();
    timings.audioSent(true, 0);
    await clock.advance(1000 + beforeMs);
    // The caller stopped `beforeMs` ago; of the 60 s hold, some pass before the detection and some after it.
    timings.hold();
    await clock.advance(detectedMs);
    timings.callerStopped(beforeMs);
    await clock.advance(repliedMs);
    if (detectedMs === repliedMs) timings.audioSent(true, 0);
    timings.unhold();
    await clock.advance(100);
    timings.audioSent(true, 0);
    expect(metrics.replyMs.count).toBe(1);
    expect(metrics.replyMs.sumMs).toBe(detectedMs === repliedMs ? beforeMs : beforeMs + 100);
  });

  it('publish a turn to the end of its own reply, also if the end of speech is detected later', async () => {
    const { clock, timings } = await opened();
    timings.call = {} as CallFacts;
    const turns: object[] = [];
    const listen = (turn: unknown) => void turns.push(turn as object);
    const name = 'hookline:server:call:turn';
    channel(name).subscribe(listen);
    onTestFinished(() => void channel(name).unsubscribe(listen));
    for (const interrupted of [true, false]) {
      await clock.advance(2300);
      const begunMs = clock.now();
      timings.audioSent(true, 0);
      await clock.advance(200);
      timings.playbackOver(interrupted ? 'interrupted' : 'completed', 200, begunMs);
      await clock.advance(300);
      timings.callerStopped(800);
    }
    timings.over();
    const reply = { replyMs: 300, durationMs: 500 };
    expect(turns).toMatchObject([
      { number: 1, ...reply, interrupted: true },
      { number: 2, ...reply, interrupted: false },
    ]);
  });

  it.each([
    ['before the end of speech is detected', 300],
    ['after it', 900],
    ['in the millisecond in which the caller stopped', 0],
  ])('assign what the bot reports about a turn to this turn: %s', async (_, reportMs) => {
    const { clock, timings } = await opened();
    timings.call = {} as CallFacts;
    const told: unknown[] = [];
    const listen = (turn: unknown) => void told.push((turn as { disposition?: unknown }).disposition);
    const name = 'hookline:server:call:turn';
    channel(name).subscribe(listen);
    onTestFinished(() => void channel(name).unsubscribe(listen));
    for (const disposition of ['no_match', 'match', undefined, 'no_input'] as const) {
      await clock.advance(2000);
      const report = () => {
        if (disposition) timings.reported(disposition);
        timings.audioSent(true, 0);
      };
      await clock.advance(Math.min(reportMs, 800));
      if (reportMs < 800) report();
      await clock.advance(800 - Math.min(reportMs, 800));
      timings.detectedStop(800);
      await clock.advance(Math.max(0, reportMs - 800));
      if (reportMs >= 800) report();
    }
    timings.over();
    expect(told).toEqual(['no_match', 'match', undefined, 'no_input']);
  });

  it('ignore the detector once the bot reports the end of speech itself', async () => {
    const { metrics, timings } = await opened();
    timings.audioSent(true, 0);
    timings.detectedStop(0);
    timings.audioSent(true, 0);
    timings.callerStopped(0);
    timings.audioSent(true, 0);
    timings.detectedStop(0);
    timings.audioSent(true, 0);
    expect(metrics.replyMs.count).toBe(2);
  });

  it('measure silence after a barge-in once', async () => {
    const { clock, metrics, timings } = await opened();
    timings.silent();
    timings.bargedIn(true);
    await clock.advance(30);
    timings.silent();
    timings.silent();
    expect([metrics.silenceMs.count, metrics.silenceMs.sumMs]).toEqual([1, 30]);
  });
});
