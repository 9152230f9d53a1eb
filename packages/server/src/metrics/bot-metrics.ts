import type { EndReason } from '../session/call-ended.js';
import type { CallStats } from '../session/call-stats.js';
import { BOUNDS_MS, Histogram } from './histogram.js';
import { BotMeter } from './meter.js';

/** What is summed over all calls, those that are running included. */
export type CallSums = Pick<
  CallStats,
  'underruns' | 'rateLimited' | 'droppedInFrames' | 'droppedOutFrames' | 'droppedTapFrames'
>;

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
  /** The counts of the calls whose connection is open. They go on counting. */
  readonly #open = new Set<CallSums>();
  /** The sums over the calls whose connection is closed. */
  #closed: CallSums = {
    underruns: 0,
    rateLimited: 0,
    droppedInFrames: 0,
    droppedOutFrames: 0,
    droppedTapFrames: 0,
  };

  refusedWith(status: number): void {
    this.refused.set(status, (this.refused.get(status) ?? 0) + 1);
  }

  ended(reason: EndReason): void {
    this.calls.set(reason, (this.calls.get(reason) ?? 0) + 1);
  }

  /** Includes the counts of a call in `sums` from now on. Not for a probe: what was included must stay included. Idempotent. */
  include(counts: CallSums): void {
    this.#open.add(counts);
  }

  /** The connection of a call is closed: its counts do not change any more. Without effect if they are not included. */
  settle(counts: CallSums): void {
    if (this.#open.delete(counts)) this.#closed = plus(this.#closed, counts);
  }

  /** The sums at this moment. They never fall: the counts of a call are in them while it runs and afterwards. */
  get sums(): CallSums {
    return [...this.#open].reduce(plus, this.#closed);
  }
}

function plus(one: CallSums, other: CallSums): CallSums {
  return {
    underruns: one.underruns + other.underruns,
    rateLimited: one.rateLimited + other.rateLimited,
    droppedInFrames: one.droppedInFrames + other.droppedInFrames,
    droppedOutFrames: one.droppedOutFrames + other.droppedOutFrames,
    droppedTapFrames: one.droppedTapFrames + other.droppedTapFrames,
  };
}
