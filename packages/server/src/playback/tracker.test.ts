import { describe, expect, it } from 'vitest';
import { PlaybackTruth } from './tracker.js';

/** A playback of `ms`, all sent at once at 0, with nothing told yet. */
function sent(ms: number): PlaybackTruth {
  const truth = new PlaybackTruth();
  truth.begin(0, 0, 0);
  truth.sent(0, ms);
  truth.completeAt(ms);
  return truth;
}

describe('the truth about a playback', () => {
  it('holds it for heard when the client ran dry after all was sent', () => {
    const truth = sent(1000);
    truth.started(10, 0, 1);
    expect(truth.verdict(500, 1000)).toEqual({ againAtMs: 3010 });
    truth.completed(1010, 1000);
    expect(truth.verdict(1010, 1000)).toEqual({ ended: 'completed' });
  });

  it('does not take an under-run in the middle for the end', () => {
    const truth = new PlaybackTruth();
    truth.callerFrame(200);
    truth.begin(0, 0, 0);
    truth.sent(0, 1000);
    truth.started(0, 0, 1);
    truth.completed(1000, 1000);
    expect(truth.verdict(1000, 1000)).toEqual({ againAtMs: Number.POSITIVE_INFINITY });
    truth.sent(2000, 1000);
    truth.completeAt(3000);
    expect(truth.verdict(2000, 3000)).toEqual({ againAtMs: 5000 });
    truth.started(2000, 2000, 1);
    truth.completed(3000, 3000);
    expect(truth.verdict(3000, 3000)).toEqual({ ended: 'completed' });
  });

  it('waits out the last frame when the client ran dry just before it', () => {
    const truth = new PlaybackTruth();
    truth.begin(0, 0, 0);
    truth.roundTrip(100);
    truth.sent(0, 2000);
    truth.started(50, 0, 1);
    truth.sent(2020, 100);
    truth.completeAt(2120);
    // Told before the last 100 ms, sent at 2020, can have arrived; the positions alone would pass.
    truth.completed(2050, 2000);
    expect(truth.verdict(2050, 2120)).toEqual({ againAtMs: 2220 });
    truth.started(2120, 2000, 1);
    expect(truth.verdict(2220, 2120)).toEqual({ againAtMs: 4220 });
    truth.completed(2221, 2200);
    expect(truth.verdict(2221, 2120)).toEqual({ ended: 'completed' });
  });

  it('takes a round trip for as long as the first start was on its way until the client measures one', () => {
    const truth = new PlaybackTruth();
    truth.begin(0, 0, 0);
    truth.sent(0, 2000);
    truth.started(100, 0, 1);
    truth.sent(2020, 100);
    truth.completeAt(2120);
    truth.completed(2050, 2000);
    expect(truth.verdict(2050, 2120)).toEqual({ againAtMs: 2220 });
    truth.roundTrip(40);
    expect(truth.verdict(2050, 2120)).toEqual({ againAtMs: 2160 });
  });

  it.each([
    ['before it is told that the hold is over', 1000, 1010],
    ['after it', 1010, 1000],
  ])('takes no hold for a part of the way when the start is told %s', (_, startedAtMs, unholdAtMs) => {
    const truth = new PlaybackTruth();
    truth.begin(0, 0, 0);
    truth.sent(0, 600);
    truth.hold(60);
    const moments = [
      { atMs: startedAtMs, tell: () => truth.started(startedAtMs, 900, 1) },
      { atMs: unholdAtMs, tell: () => truth.unhold(unholdAtMs) },
    ];
    for (const { tell } of moments.sort((a, b) => a.atMs - b.atMs)) tell();
    // 60 ms until the hold, and 10 at most after it.
    expect(truth.heardAtBargeInMs(1110) - truth.heardMs(1110)).toBeGreaterThanOrEqual(60);
    expect(truth.heardAtBargeInMs(1110) - truth.heardMs(1110)).toBeLessThanOrEqual(70);
  });

  it('measures no round trip by what a barge-in dropped before it began', () => {
    const truth = new PlaybackTruth();
    truth.begin(0, 0, 0);
    truth.sent(0, 500);
    truth.bargedIn(2);
    truth.begin(1500, 0, 0);
    truth.sent(1500, 100);
    truth.completeAt(1600);
    truth.started(1540, 0, 2);
    truth.completed(1640, 100);
    expect(truth.verdict(1640, 1600)).toEqual({ ended: 'completed' });
  });

  it.each([
    [800, { ended: 'completed' }],
    [799, { againAtMs: 3201 }],
  ])('takes %i ms of 1000 for all of it or not when positions are 200 ms coarse', (positionMs, verdict) => {
    const truth = sent(1000);
    truth.callerFrame(200);
    // A frame without audio tells nothing of the grain.
    truth.callerFrame(0);
    truth.started(0, 0, 1);
    truth.completed(1000, positionMs);
    expect(truth.verdict(1000, 1000)).toEqual(verdict);
  });

  it('awaits the first pair of a playback shorter than the grain of the positions', () => {
    const truth = sent(100);
    expect(truth.verdict(150, 100)).toEqual({ againAtMs: 2100 });
    truth.started(150, 0, 1);
    truth.completed(250, 0);
    expect(truth.verdict(250, 100)).toEqual({ ended: 'completed' });
  });

  it('leaves what began before the barge-in to the playback that was stopped', () => {
    const truth = new PlaybackTruth();
    truth.begin(0, 0, 0);
    truth.sent(0, 1000);
    truth.started(0, 0, 1);
    truth.bargedIn(2);
    truth.begin(500, 400, 0);
    truth.sent(500, 400);
    truth.completeAt(900);
    // The flush of the old one, told after the client saw the barge-in.
    truth.completed(510, 400);
    expect(truth.heardMs(510)).toBe(0);
    expect(truth.verdict(950, 900)).toEqual({ againAtMs: 2910 });
    truth.started(950, 400, 2);
    truth.completed(1350, 800);
    expect(truth.verdict(1350, 900)).toEqual({ ended: 'completed' });
  });

  it('leaves a start that crossed the barge-in to the playback that was stopped', () => {
    const truth = new PlaybackTruth();
    truth.begin(0, 0, 0);
    truth.sent(0, 600);
    truth.bargedIn(2);
    truth.begin(10, 0, 0);
    truth.sent(10, 200);
    truth.completeAt(210);
    truth.started(20, 0, 1);
    truth.completed(40, 0);
    expect(truth.verdict(300, 210)).toEqual({ againAtMs: 2240 });
  });

  it('assumes it heard two seconds after it should be over when the client tells nothing', () => {
    const truth = sent(1000);
    expect(truth.verdict(2999, 1000)).toEqual({ againAtMs: 3000 });
    expect(truth.verdict(3000, 1000)).toEqual({ ended: 'assumed' });
    expect(truth.heardMs(3000)).toBe(0);
  });

  it('gives a client that tells the time its playback takes', () => {
    const truth = sent(5000);
    truth.started(4000, 0, 1);
    expect(truth.verdict(7000, 5000)).toEqual({ againAtMs: 11_000 });
  });

  it('stops the deadline while the client is paused', () => {
    const truth = sent(1000);
    truth.paused(500);
    expect(truth.verdict(60_000, 1000)).toEqual({ againAtMs: Number.POSITIVE_INFINITY });
    truth.resumed(60_500);
    expect(truth.verdict(60_500, 1000)).toEqual({ againAtMs: 63_000 });
  });

  it('tells what was heard by the client, never more than was sent', () => {
    const truth = sent(1000);
    expect(truth.heardMs(500)).toBe(0);
    truth.started(100, 0, 1);
    expect(truth.heardMs(500)).toBe(400);
    expect(truth.heardMs(5000)).toBe(1000);
  });

  it('adds the way of the barge-in itself to what is heard when it arrives', () => {
    const truth = sent(1000);
    truth.roundTrip(80);
    truth.started(100, 0, 1);
    expect(truth.heardAtBargeInMs(500)).toBe(480);
  });

  it('counts one that begins while older audio plays from its own beginning', () => {
    const truth = new PlaybackTruth();
    truth.started(0, 0, 1);
    truth.begin(1000, 1000, 50);
    truth.sent(1000, 500);
    expect(truth.heardMs(1040)).toBe(0);
    expect(truth.heardMs(1200)).toBe(150);
    truth.completed(1300, 1300);
    expect(truth.heardMs(1300)).toBe(250);
  });

  it('counts from its own beginning also when the older audio has not been told of yet', () => {
    const truth = new PlaybackTruth();
    truth.begin(0, 0, 300);
    truth.sent(0, 500);
    truth.started(20, 0, 1);
    expect(truth.heardMs(300)).toBe(0);
    expect(truth.heardMs(420)).toBe(100);
  });

  it('leaves out the time that the client was on hold', () => {
    const truth = sent(1000);
    truth.callerFrame(200);
    truth.started(100, 0, 1);
    truth.hold(400);
    expect(truth.heardMs(5000)).toBe(300);
    truth.unhold(10_400);
    expect(truth.heardMs(10_500)).toBe(400);
    truth.completed(10_500, 10_400);
    expect(truth.heardMs(10_500)).toBe(400);
    expect(truth.verdict(20_000, 1000)).not.toEqual({ ended: 'completed' });
  });

  it('leaves it out also when the playback is stopped in it', () => {
    const truth = sent(1000);
    truth.started(100, 0, 1);
    truth.hold(400);
    truth.completed(900, 800);
    expect(truth.heardMs(900)).toBe(300);
  });

  it('looks again at what it was told when it learns how coarse the positions are', () => {
    const truth = sent(900);
    truth.started(10, 0, 1);
    truth.completed(910, 0);
    expect(truth.verdict(910, 900)).toEqual({ againAtMs: 3810 });
    truth.callerFrame(1000);
    expect(truth.verdict(3810, 900)).toEqual({ ended: 'completed' });
  });
});
