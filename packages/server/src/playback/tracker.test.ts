import { describe, expect, it } from 'vitest';
import { PlaybackTracker } from './tracker.js';

/** A playback of `ms`, all sent at once at 0, with nothing told yet. */
function sent(ms: number): PlaybackTracker {
  const tracker = new PlaybackTracker();
  tracker.begin(0, 0, 0);
  tracker.sent(0, ms);
  tracker.completeAt(ms);
  return tracker;
}

describe('the playback tracker', () => {
  it('counts a playback as heard if the buffer of the client ran empty after all audio was sent', () => {
    const tracker = sent(1000);
    tracker.started(10, 0, 1);
    expect(tracker.status(500, 1000)).toEqual({ retryAtMs: 3010 });
    tracker.completed(1010, 1000);
    expect(tracker.status(1010, 1000)).toEqual({ ended: 'completed' });
  });

  it('does not treat an underrun in the middle as the end', () => {
    const tracker = new PlaybackTracker();
    tracker.callerFrame(200);
    tracker.begin(0, 0, 0);
    tracker.sent(0, 1000);
    tracker.started(0, 0, 1);
    tracker.completed(1000, 1000);
    expect(tracker.status(1000, 1000)).toEqual({ retryAtMs: Number.POSITIVE_INFINITY });
    tracker.sent(2000, 1000);
    tracker.completeAt(3000);
    expect(tracker.status(2000, 3000)).toEqual({ retryAtMs: 5000 });
    tracker.started(2000, 2000, 1);
    tracker.completed(3000, 3000);
    expect(tracker.status(3000, 3000)).toEqual({ ended: 'completed' });
  });

  it('waits for the end of other audio that was sent, and not for its own deadline', () => {
    const tracker = sent(1000);
    tracker.roundTrip(0);
    tracker.started(0, 0, 1);
    tracker.completed(1000, 1000);
    // Frames that the bot sent past the playback last until 9000.
    expect(tracker.status(1000, 9000)).toEqual({ retryAtMs: 9000 });
    expect(tracker.status(3001, 9000)).toEqual({ retryAtMs: 9000 });
    expect(tracker.status(9000, 9000)).toEqual({ ended: 'completed' });
  });

  it('waits for the last frame if the buffer of the client ran empty just before it', () => {
    const tracker = new PlaybackTracker();
    tracker.begin(0, 0, 0);
    tracker.roundTrip(100);
    tracker.sent(0, 2000);
    tracker.started(50, 0, 1);
    tracker.sent(2020, 100);
    tracker.completeAt(2120);
    // Told before the last 100 ms, sent at 2020, can have arrived; the positions alone would pass.
    tracker.completed(2050, 2000);
    expect(tracker.status(2050, 2120)).toEqual({ retryAtMs: 2220 });
    tracker.started(2120, 2000, 1);
    expect(tracker.status(2220, 2120)).toEqual({ retryAtMs: 4220 });
    tracker.completed(2221, 2200);
    expect(tracker.status(2221, 2120)).toEqual({ ended: 'completed' });
  });

  it('uses the delay of the first playback_started as the round trip until the client has measured one', () => {
    const tracker = new PlaybackTracker();
    tracker.begin(0, 0, 0);
    tracker.sent(0, 2000);
    tracker.started(100, 0, 1);
    tracker.sent(2020, 100);
    tracker.completeAt(2120);
    tracker.completed(2050, 2000);
    expect(tracker.status(2050, 2120)).toEqual({ retryAtMs: 2220 });
    tracker.roundTrip(40);
    expect(tracker.status(2050, 2120)).toEqual({ retryAtMs: 2160 });
  });

  it.each([
    ['before the end of the hold is reported', 1000, 1010],
    ['after the end of the hold is reported', 1010, 1000],
  ])('does not count a hold as network delay if the start is reported %s', (_, startedAtMs, unholdAtMs) => {
    const tracker = new PlaybackTracker();
    tracker.begin(0, 0, 0);
    tracker.sent(0, 600);
    tracker.hold(60);
    const moments = [
      { atMs: startedAtMs, tell: () => tracker.started(startedAtMs, 900, 1) },
      { atMs: unholdAtMs, tell: () => tracker.unhold(unholdAtMs) },
    ];
    for (const { tell } of moments.sort((a, b) => a.atMs - b.atMs)) tell();
    // 60 ms until the hold, and 10 at most after it.
    expect(tracker.heardAtBargeInMs(1110) - tracker.heardMs(1110)).toBeGreaterThanOrEqual(60);
    expect(tracker.heardAtBargeInMs(1110) - tracker.heardMs(1110)).toBeLessThanOrEqual(70);
  });

  it('does not measure a round trip with audio that a barge-in dropped before it started', () => {
    const tracker = new PlaybackTracker();
    tracker.begin(0, 0, 0);
    tracker.sent(0, 500);
    tracker.bargedIn(2);
    tracker.begin(1500, 0, 0);
    tracker.sent(1500, 100);
    tracker.completeAt(1600);
    tracker.started(1540, 0, 2);
    tracker.completed(1640, 100);
    expect(tracker.status(1640, 1600)).toEqual({ ended: 'completed' });
  });

  it.each([
    [800, { ended: 'completed' }],
    [799, { retryAtMs: 3000 }],
  ])(
    'counts %i ms of 1000 as all of it, or not, if positions have a resolution of 200 ms',
    (positionMs, verdict) => {
      const tracker = sent(1000);
      tracker.callerFrame(200);
      // A frame without audio tells nothing of the grain.
      tracker.callerFrame(0);
      tracker.started(0, 0, 1);
      tracker.completed(1000, positionMs);
      expect(tracker.status(1000, 1000)).toEqual(verdict);
    },
  );

  it('waits for the first pair of events of a playback shorter than the resolution of positions', () => {
    const tracker = sent(100);
    expect(tracker.status(150, 100)).toEqual({ retryAtMs: 2100 });
    tracker.started(150, 0, 1);
    tracker.completed(250, 0);
    expect(tracker.status(250, 100)).toEqual({ ended: 'completed' });
  });

  it('attributes events from before the barge-in to the stopped playback', () => {
    const tracker = new PlaybackTracker();
    tracker.begin(0, 0, 0);
    tracker.sent(0, 1000);
    tracker.started(0, 0, 1);
    tracker.bargedIn(2);
    tracker.begin(500, 400, 0);
    tracker.sent(500, 400);
    tracker.completeAt(900);
    // The flush of the old one, told after the client saw the barge-in.
    tracker.completed(510, 400);
    expect(tracker.heardMs(510)).toBe(0);
    expect(tracker.status(950, 900)).toEqual({ retryAtMs: 2910 });
    tracker.started(950, 400, 2);
    tracker.completed(1350, 800);
    expect(tracker.status(1350, 900)).toEqual({ ended: 'completed' });
  });

  it('attributes a start that crossed the barge-in to the stopped playback', () => {
    const tracker = new PlaybackTracker();
    tracker.begin(0, 0, 0);
    tracker.sent(0, 600);
    tracker.bargedIn(2);
    tracker.begin(10, 0, 0);
    tracker.sent(10, 200);
    tracker.completeAt(210);
    tracker.started(20, 0, 1);
    tracker.completed(40, 0);
    expect(tracker.status(300, 210)).toEqual({ retryAtMs: 2240 });
  });

  it('measures no round trip with a start that crossed the barge-in, but with the next one', () => {
    const tracker = new PlaybackTracker();
    tracker.begin(0, 0, 0);
    tracker.sent(0, 3000);
    tracker.bargedIn(2);
    tracker.begin(325, 0, 0);
    tracker.sent(325, 3000);
    tracker.started(400, 0, 1);
    tracker.completed(720, 320);
    tracker.started(725, 320, 2);
    // The caller hears 400 ms more until a barge-in arrives: what was on its way when the start was, and what follows.
    expect(tracker.heardAtBargeInMs(825)).toBe(500);
  });

  it('measures the round trip with the first audio after a barge-in, also before the client has stopped the old', () => {
    const tracker = new PlaybackTracker();
    tracker.begin(0, 0, 0);
    tracker.sent(0, 3000);
    tracker.bargedIn(2);
    tracker.started(400, 0, 1);
    tracker.begin(410, 0, 0);
    tracker.sent(410, 1000);
    tracker.completed(790, 380);
    tracker.sent(795, 2000);
    tracker.started(810, 380, 2);
    expect(tracker.heardAtBargeInMs(910)).toBe(500);
  });

  it('counts a playback from its own start behind frames that follow a barge-in', () => {
    const tracker = new PlaybackTracker();
    tracker.begin(0, 0, 0);
    tracker.sent(0, 3000);
    tracker.started(20, 0, 1);
    tracker.bargedIn(2);
    tracker.begin(110, 100, 1000);
    tracker.sent(110, 500);
    tracker.completed(120, 100);
    tracker.started(120, 100, 2);
    expect(tracker.heardMs(1320)).toBe(200);
  });

  it('assumes that a playback was heard two seconds after its expected end if the client reports nothing', () => {
    const tracker = sent(1000);
    expect(tracker.status(2999, 1000)).toEqual({ retryAtMs: 3000 });
    expect(tracker.status(3000, 1000)).toEqual({ ended: 'assumed' });
    expect(tracker.heardMs(3000)).toBe(0);
  });

  it('waits as long as needed for a client that reports playback', () => {
    const tracker = sent(5000);
    tracker.started(4000, 0, 1);
    expect(tracker.status(7000, 5000)).toEqual({ retryAtMs: 11_000 });
  });

  it('suspends the deadline while the client is paused', () => {
    const tracker = sent(1000);
    tracker.paused(500);
    expect(tracker.status(60_000, 1000)).toEqual({ retryAtMs: Number.POSITIVE_INFINITY });
    tracker.resumed(60_500);
    expect(tracker.status(60_500, 1000)).toEqual({ retryAtMs: 63_000 });
  });

  it('reports the audio that the client played, never more than was sent', () => {
    const tracker = sent(1000);
    expect(tracker.heardMs(500)).toBe(0);
    tracker.started(100, 0, 1);
    expect(tracker.heardMs(500)).toBe(400);
    expect(tracker.heardMs(5000)).toBe(1000);
  });

  it('adds the network delay of the barge-in to the heard audio', () => {
    const tracker = sent(1000);
    tracker.roundTrip(80);
    tracker.started(100, 0, 1);
    expect(tracker.heardAtBargeInMs(500)).toBe(480);
  });

  it('takes a start that comes later than a round trip can take for a client that began to play late', () => {
    const tracker = sent(1000);
    tracker.roundTripAtMost(20);
    expect(tracker.heardAtBargeInMs(100)).toBe(1000);
    tracker.started(150, 0, 1);
    expect(tracker.heardAtBargeInMs(350)).toBe(220);
    // What the client has measured counts more than any bound.
    tracker.roundTrip(60);
    expect(tracker.heardAtBargeInMs(350)).toBe(260);
  });

  it('keeps the time that the first start took where a round trip can be longer', () => {
    const tracker = sent(1000);
    tracker.roundTripAtMost(200);
    tracker.started(150, 0, 1);
    expect(tracker.heardAtBargeInMs(350)).toBe(350);
  });

  it('does not limit the heard audio for 2 s before the first start of the call is reported', () => {
    const tracker = sent(5000);
    expect(tracker.heardAtBargeInMs(100)).toBe(5000);
    expect(tracker.heardAtBargeInMs(2000)).toBe(5000);
    // A client that tells nothing.
    expect(tracker.heardAtBargeInMs(2001)).toBe(0);
  });

  it('once the round trip is known, counts no more unreported audio as heard than fits into it', () => {
    const tracker = sent(1000);
    tracker.roundTrip(80);
    expect(tracker.heardAtBargeInMs(500)).toBe(80);
    tracker.started(600, 0, 1);
    tracker.completed(900, 300);
    expect(tracker.heardAtBargeInMs(1000)).toBe(380);
  });

  it('adds no network delay of a barge-in while the client is on hold', () => {
    const tracker = sent(1000);
    tracker.roundTrip(80);
    tracker.started(100, 0, 1);
    tracker.hold(400);
    expect(tracker.heardAtBargeInMs(450)).toBe(300);
    tracker.unhold(500);
    expect(tracker.heardAtBargeInMs(500)).toBe(380);
  });

  it.each([
    ['by the arrival times of start and end, which have a finer resolution than positions', 350, 200, 250],
    ['by the positions if both reports arrive late together', 110, 800, 600],
  ])('counts %s', (_, completedAtMs, positionMs, heardMs) => {
    const tracker = sent(2000);
    tracker.callerFrame(200);
    tracker.started(100, 0, 1);
    tracker.completed(completedAtMs, positionMs);
    expect(tracker.heardMs(completedAtMs)).toBe(heardMs);
  });

  it('counts a playback that starts while older audio is playing from its own start', () => {
    const tracker = new PlaybackTracker();
    tracker.started(0, 0, 1);
    tracker.begin(1000, 1000, 50);
    tracker.sent(1000, 500);
    expect(tracker.heardMs(1040)).toBe(0);
    expect(tracker.heardMs(1200)).toBe(150);
    tracker.completed(1300, 1300);
    expect(tracker.heardMs(1300)).toBe(250);
  });

  it('counts from its own start even if the older audio has not been reported yet', () => {
    const tracker = new PlaybackTracker();
    tracker.begin(0, 0, 300);
    tracker.sent(0, 500);
    tracker.started(20, 0, 1);
    expect(tracker.heardMs(300)).toBe(0);
    expect(tracker.heardMs(420)).toBe(100);
  });

  it('does not count the time on hold', () => {
    const tracker = sent(1000);
    tracker.callerFrame(200);
    tracker.started(100, 0, 1);
    tracker.hold(400);
    expect(tracker.heardMs(5000)).toBe(300);
    tracker.unhold(10_400);
    expect(tracker.heardMs(10_500)).toBe(400);
    tracker.completed(10_500, 10_400);
    expect(tracker.heardMs(10_500)).toBe(400);
    expect(tracker.status(20_000, 1000)).not.toEqual({ ended: 'completed' });
  });

  it('does not count the time on hold even if the playback is stopped during the hold', () => {
    const tracker = sent(1000);
    tracker.started(100, 0, 1);
    tracker.hold(400);
    tracker.completed(900, 800);
    expect(tracker.heardMs(900)).toBe(300);
  });

  it('re-evaluates earlier reports when the resolution of positions becomes known', () => {
    const tracker = sent(900);
    tracker.started(10, 0, 1);
    tracker.completed(910, 0);
    expect(tracker.status(910, 900)).toEqual({ retryAtMs: 2910 });
    tracker.callerFrame(1000);
    expect(tracker.status(2000, 900)).toEqual({ ended: 'completed' });
  });

  it('expects no reports of older audio that a barge-in dropped', () => {
    const tracker = new PlaybackTracker();
    tracker.begin(0, 0, 500);
    tracker.bargedIn(2);
    tracker.sent(1000, 400);
    tracker.started(1000, 1000, 2);
    expect(tracker.heardMs(1200)).toBe(200);
  });

  it.each([
    [
      'counts from the time at which the next caller frame was due',
      { readMs: 150, dueMs: 120, paused: false, heardMs: 380 },
    ],
    [
      'counts from the time of reading if it was read in time',
      { readMs: 110, dueMs: 120, paused: false, heardMs: 390 },
    ],
    [
      'counts from the time of reading if no frame is known',
      { readMs: 150, dueMs: Number.POSITIVE_INFINITY, paused: false, heardMs: 350 },
    ],
    [
      'never counts from a time before its audio was sent',
      { readMs: 150, dueMs: -40, paused: false, heardMs: 500 },
    ],
    [
      'treats 250 ms without a frame as a late read',
      { readMs: 370, dueMs: 120, paused: false, heardMs: 380 },
    ],
    [
      'treats more than 250 ms without a frame as a client that sends none',
      { readMs: 371, dueMs: 120, paused: false, heardMs: 129 },
    ],
    ['expects no frames from a paused client', { readMs: 150, dueMs: 120, paused: true, heardMs: 350 }],
  ])('%s: a start that is read late', (_title, { readMs, dueMs, paused, heardMs }) => {
    const tracker = sent(2000);
    tracker.roundTrip(0);
    if (paused) tracker.paused(0);
    tracker.started(readMs, 0, 1, dueMs);
    expect(tracker.heardAtBargeInMs(500)).toBe(heardMs);
  });

  it('counts a completion that is read late from the time at which the next caller frame was due', () => {
    const tracker = sent(2000);
    tracker.started(0, 0, 1);
    tracker.completed(540, 480, 510);
    expect(tracker.heardMs(540)).toBe(510);
  });
});
