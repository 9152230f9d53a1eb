import { VirtualClock } from '@hookline/runtime';
import { describe, expect, it } from 'vitest';
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
    timings.audioSent();
    await clock.advance(300);
    timings.audioSent();
    expect([metrics.firstAudioMs.count, metrics.firstAudioMs.sumMs]).toEqual([1, 300]);
  });

  it('measure a reply from the end of the speech, not from its detection', async () => {
    const { clock, metrics, timings } = await opened();
    timings.audioSent();
    await clock.advance(2000);
    timings.callerStopped(800);
    await clock.advance(150);
    timings.audioSent();
    timings.audioSent();
    expect([metrics.replyMs.count, metrics.replyMs.sumMs]).toEqual([1, 950]);
  });

  it('ignore the detector once the bot reports the end of speech itself', async () => {
    const { metrics, timings } = await opened();
    timings.audioSent();
    timings.detectedStop(0);
    timings.audioSent();
    timings.callerStopped(0);
    timings.audioSent();
    timings.detectedStop(0);
    timings.audioSent();
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
