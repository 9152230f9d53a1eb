import { describe, expect, it } from 'vitest';
import { CallerTimeline } from './caller-timeline.js';

const PCMU = { type: 'audio', format: 'PCMU', channels: ['external'], rate: 8000 } as const;

/** A timeline that has received frames of 20 ms at these times. */
function received(...atMs: readonly number[]): CallerTimeline {
  const timeline = new CallerTimeline({ ...PCMU, channels: [...PCMU.channels] }, 900);
  for (const nowMs of atMs) timeline.advance(160, nowMs);
  return timeline;
}

it('bounds the round trip by the time from opened to the first frame', () => {
  expect(received().longestRoundTripMs).toBe(Number.POSITIVE_INFINITY);
  expect(received(1000, 1020).longestRoundTripMs).toBe(100);
  const timeline = received(1000);
  timeline.skip(20, 500, false);
  timeline.advance(160, 1600);
  expect(timeline.longestRoundTripMs).toBe(100);
});

describe('the next caller frame', () => {
  it('is unknown before the first frame', () => {
    expect(received().nextFrameMs(20)).toBe(Number.POSITIVE_INFINITY);
  });

  it('is due according to the least delayed frame', () => {
    expect(received(1000).nextFrameMs(20)).toBe(1020);
    expect(received(1000, 1035, 1041).nextFrameMs(20)).toBe(1060);
    expect(received(1000, 1015, 1041).nextFrameMs(20)).toBe(1055);
  });

  it('is unknown after a gap until a frame has arrived', () => {
    const timeline = received(1000, 1020);
    timeline.skip(40, 500, false);
    expect(timeline.nextFrameMs(20)).toBe(Number.POSITIVE_INFINITY);
    timeline.advance(160, 1600);
    expect(timeline.nextFrameMs(20)).toBe(1620);
  });

  it('forgets a delay after two windows of 2 s, so that a connection that has become slower is not late permanently', () => {
    const steady = Array.from({ length: 100 }, (_, sent) => sent * 20);
    const slower = (seconds: number) =>
      Array.from({ length: seconds * 50 }, (_, sent) => 2000 + 100 + sent * 20);
    expect(received(...steady, ...slower(1)).nextFrameMs(20)).toBe(3000);
    expect(received(...steady, ...slower(2)).nextFrameMs(20)).toBe(4000);
    expect(received(...steady, ...slower(4)).nextFrameMs(20)).toBe(6100);
  });
});

describe('how long ago the stream was at a position', () => {
  it('leaves out holds, but not audio that the client lost', () => {
    const timeline = received(1000, 1020);
    timeline.skip(40, 60_000, true);
    timeline.advance(160, 61_040);
    expect([20, 40, 100, 60_040, 60_050].map((atMs) => timeline.agoMs(atMs))).toEqual([40, 20, 20, 20, 10]);
    timeline.skip(60_060, 3000, false);
    timeline.advance(160, 64_060);
    expect(timeline.agoMs(20)).toBe(3060);
  });

  it('leaves out a hold that is reported in many pieces', () => {
    const timeline = received(1000);
    for (let piece = 0; piece < 30; piece++) timeline.skip(timeline.positionMs, 1000, true);
    expect(timeline.agoMs(20)).toBe(0);
  });

  it('is never negative, and is exact after more holds than are kept', () => {
    const timeline = received(1000);
    expect(timeline.agoMs(500)).toBe(0);
    for (let hold = 0; hold < 20; hold++) {
      timeline.skip(timeline.positionMs, 1000, true);
      timeline.advance(160, 2000 + hold * 1020);
    }
    expect(timeline.agoMs(timeline.positionMs - 1020)).toBe(20);
  });
});
