import type { EndReason } from '../session/call-ended.js';
import type { CallStats } from '../session/call-stats.js';
import { BOUNDS_MS, Histogram } from './histogram.js';
import { BotMeter } from './meter.js';

/** Sums over all calls that have ended. */
export type CallSums = Pick<
  CallStats,
  'underruns' | 'rateLimited' | 'droppedInFrames' | 'droppedOutFrames' | 'droppedTapFrames'
>;

const NOTHING: CallSums = {
  underruns: 0,
  rateLimited: 0,
  droppedInFrames: 0,
  droppedOutFrames: 0,
  droppedTapFrames: 0,
};

/** The metrics of a bot. */
export class BotMetrics {
  /** Calls that have ended, by outcome. */
  readonly calls = new Map<EndReason, number>();
  /** Upgrade requests that were refused, by HTTP status. */
  readonly refused = new Map<number, number>();
  probes = 0;
  /** The metrics that packages and bots have added. */
  readonly meter = new BotMeter();
  /** From the upgrade request to `opened`. */
  readonly openMs = new Histogram(BOUNDS_MS);
  /** From `opened` to the first bot audio. */
  readonly firstAudioMs = new Histogram(BOUNDS_MS);
  /** From the end of the caller's speech to the next bot audio; only if speech is detected. */
  readonly replyMs = new Histogram(BOUNDS_MS);
  /** From `barge_in` to `playback_completed`. */
  readonly silenceMs = new Histogram(BOUNDS_MS);
  readonly sums: { -readonly [Name in keyof CallSums]: number } = { ...NOTHING };

  refusedWith(status: number): void {
    this.refused.set(status, (this.refused.get(status) ?? 0) + 1);
  }

  ended(reason: EndReason): void {
    this.calls.set(reason, (this.calls.get(reason) ?? 0) + 1);
  }

  /** Adds what a call has counted since `before`. */
  add(stats: CallSums, before: CallSums = NOTHING): void {
    this.sums.underruns += stats.underruns - before.underruns;
    this.sums.rateLimited += stats.rateLimited - before.rateLimited;
    this.sums.droppedInFrames += stats.droppedInFrames - before.droppedInFrames;
    this.sums.droppedOutFrames += stats.droppedOutFrames - before.droppedOutFrames;
    this.sums.droppedTapFrames += stats.droppedTapFrames - before.droppedTapFrames;
  }
}
