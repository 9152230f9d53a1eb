import { PLATFORM_RATES } from '@hookline/protocol';
import { TokenBucket } from '@hookline/runtime';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SendLimits } from '../session/send-limits.js';
import { LEAD_MS, PACED_FRAME_MS, type Pending, pace } from './pacer.js';
import { Playout } from './playout.js';

const start = (nowMs = 0) => ({ playout: new Playout(), limits: new SendLimits(nowMs) });
const waiting = (queuedMs: number, rest: Partial<Pending> = {}): Pending => ({
  queuedMs,
  complete: false,
  first: false,
  leadMs: 0,
  queuedSinceMs: 0,
  ...rest,
});

describe('the pacer', () => {
  it('buffers the lead before the first frame and after a gap, but no longer, and not at the end', () => {
    const { playout, limits } = start();
    const gathering = (queuedMs: number, rest: Partial<Pending> = {}) =>
      waiting(queuedMs, { leadMs: 200, queuedSinceMs: 1000, ...rest });
    expect(pace(gathering(180, { first: true }), playout, limits, 1100)).toEqual({ retryAtMs: 1200 });
    expect(pace(gathering(200, { first: true }), playout, limits, 1100)).toEqual({ sendMs: 200 });
    expect(pace(gathering(180, { first: true }), playout, limits, 1200)).toEqual({ sendMs: 180 });
    expect(pace(gathering(180, { first: true, complete: true }), playout, limits, 1100)).toEqual({
      sendMs: 180,
    });
    expect(pace(gathering(180), playout, limits, 1100)).toEqual({ retryAtMs: 1200 });
    playout.sent(1100, 40);
    expect(pace(gathering(180), playout, limits, 1100)).toEqual({ sendMs: 180 });
  });

  it('sends the first frame of a playback at once, even if it is short', () => {
    const { playout, limits } = start();
    expect(pace(waiting(20, { first: true }), playout, limits, 0)).toEqual({ sendMs: 20 });
    expect(pace(waiting(0.125, { first: true }), playout, limits, 0)).toEqual({ sendMs: 0.125 });
    expect(pace(waiting(0, { first: true }), playout, limits, 0)).toEqual({
      retryAtMs: Number.POSITIVE_INFINITY,
    });
    expect(pace(waiting(5000, { first: true }), playout, limits, 0)).toEqual({ sendMs: PACED_FRAME_MS });
  });

  it('combines the following audio into frames of 250 ms', () => {
    const { playout, limits } = start();
    playout.sent(0, 200);
    expect(pace(waiting(249), playout, limits, 0)).toEqual({ retryAtMs: 160 });
    expect(pace(waiting(250), playout, limits, 0)).toEqual({ sendMs: 250 });
  });

  it('sends the rest of a source that has ended without further delay', () => {
    const { playout, limits } = start();
    playout.sent(0, 200);
    expect(pace(waiting(50, { complete: true }), playout, limits, 0)).toEqual({ sendMs: 50 });
    expect(pace(waiting(0.125, { complete: true }), playout, limits, 0)).toEqual({ sendMs: 0.125 });
  });

  it('sends a short frame if the caller would hear a gap otherwise', () => {
    const { playout, limits } = start();
    playout.sent(0, 200);
    expect(pace(waiting(60), playout, limits, 160)).toEqual({ sendMs: 60 });
  });

  it('checks again for room in the burst, which refills while nothing else happens', () => {
    const { playout, limits } = start();
    for (let frame = 0; frame < PLATFORM_RATES.binary.burst; frame++) limits.sentAudio(0);
    let nowMs = 0;
    for (;;) {
      const decision = pace(waiting(20), playout, limits, nowMs);
      if ('sendMs' in decision) break;
      expect(decision.retryAtMs).toBeGreaterThan(nowMs);
      nowMs = decision.retryAtMs;
    }
    // Ten tokens are reserved and one is needed, and five refill in a second.
    expect(nowMs).toBeGreaterThanOrEqual(2200);
    expect(nowMs).toBeLessThan(2200 + 100);
  });

  it('never sends more than the lead ahead of playback', () => {
    const { playout, limits } = start();
    let sentMs = 0;
    for (;;) {
      const decision = pace(waiting(10_000, { first: sentMs === 0 }), playout, limits, 0);
      if ('retryAtMs' in decision) {
        // Two whole frames are ahead of a lead of 600 ms; the next fits in when 150 ms of them are played.
        expect(decision).toEqual({ retryAtMs: 150 });
        break;
      }
      playout.sent(0, decision.sendMs);
      limits.sentAudio(0);
      sentMs += decision.sendMs;
    }
    expect(sentMs).toBe(2 * PACED_FRAME_MS);
    expect(sentMs).toBeLessThanOrEqual(LEAD_MS);
  });

  it('sends nothing while the client holds the call', () => {
    const { playout, limits } = start();
    playout.sent(0, 400);
    playout.hold(100);
    expect(pace(waiting(1000), playout, limits, 5000)).toEqual({ retryAtMs: Number.POSITIVE_INFINITY });
    expect(playout.aheadMs(5000)).toBe(300);
    playout.unhold(5100);
    expect(pace(waiting(1000), playout, limits, 5100)).toEqual({ sendMs: 250 });
  });

  it('stays within every limit of the platform with any mix of audio, events, pauses and pongs', () => {
    const step = fc.record({
      afterMs: fc.integer({ min: 0, max: 400 }),
      chunkMs: fc.integer({ min: 0, max: 500 }),
      events: fc.integer({ min: 0, max: 4 }),
      pauses: fc.integer({ min: 0, max: 2 }),
      ends: fc.boolean(),
      quietMs: fc.option(fc.integer({ min: 0, max: 2000 })),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 300 }), (steps) => {
        const { playout, limits } = start();
        const platform = {
          text: new TokenBucket(PLATFORM_RATES.text, 0),
          binary: new TokenBucket(PLATFORM_RATES.binary, 0),
          pause: new TokenBucket(PLATFORM_RATES.pause, 0),
        };
        let nowMs = 0;
        let queuedMs = 0;
        let first = true;
        let lastPingMs = 0;
        for (const { afterMs, chunkMs, events, pauses, ends, quietMs } of steps) {
          nowMs += afterMs;
          queuedMs += chunkMs;
          if (nowMs - lastPingMs >= 5000) {
            lastPingMs = nowMs;
            limits.sentText('pong', nowMs);
            expect(platform.text.take(nowMs)).toBe(true);
          }
          for (let index = 0; index < events; index++) {
            if (limits.msUntil('event', nowMs) > 0) break;
            limits.sentText('event', nowMs);
            expect(platform.text.take(nowMs)).toBe(true);
          }
          for (let index = 0; index < pauses; index++) {
            if (limits.msUntil('pause', nowMs) > 0) break;
            limits.sentText('pause', nowMs);
            expect(platform.text.take(nowMs) && platform.pause.take(nowMs)).toBe(true);
          }
          for (;;) {
            const decision = pace(waiting(queuedMs, { complete: ends, first }), playout, limits, nowMs);
            if ('retryAtMs' in decision) {
              expect(decision.retryAtMs).toBeGreaterThan(nowMs);
              break;
            }
            expect(platform.binary.take(nowMs)).toBe(true);
            limits.sentAudio(nowMs);
            playout.sent(nowMs, decision.sendMs);
            expect(playout.aheadMs(nowMs)).toBeLessThanOrEqual(LEAD_MS + PACED_FRAME_MS);
            queuedMs -= decision.sendMs;
            first = false;
          }
          // The next playback begins when the last one was heard.
          if (ends && playout.aheadMs(nowMs) === 0) first = true;
          if (quietMs !== null) limits.quiet(nowMs, quietMs);
        }
      }),
      { numRuns: 300 },
    );
  });
});
