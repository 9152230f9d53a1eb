import type { Playout } from './playout.js';
import type { PlaybackTracker } from './tracker.js';

/**
 * Tracks whether the caller has heard the audio that belongs to no playback: frames sent with `sendFrame`, and what a
 * playback had sent before its source failed.
 */
export class RawOutput {
  readonly #tracker: PlaybackTracker;
  readonly #playout: Playout;
  #sentMs = 0;

  constructor(tracker: PlaybackTracker, playout: Playout) {
    this.#tracker = tracker;
    this.#playout = playout;
  }

  /**
   * Counts a frame that was sent, after `playout` has counted it.
   *
   * @param positionMs - the position of the caller's stream
   * @param ms - how long the frame lasts
   */
  sent(nowMs: number, positionMs: number, ms: number): void {
    if (this.#sentMs === 0) this.#tracker.begin(nowMs, positionMs, this.#playout.aheadMs(nowMs));
    this.#sentMs += ms;
  }

  /** Counts the audio of a playback that failed; the tracker has counted it already. */
  takeOver(ms: number): void {
    this.#sentMs += ms;
  }

  /** Forgets the audio, because a playback begins or the client dropped it. */
  clear(): void {
    this.#sentMs = 0;
  }

  /** Returns when to check again; undefined if all audio was heard or there is none. */
  retryAtMs(nowMs: number): number | undefined {
    if (this.#sentMs === 0) return undefined;
    const endMs = this.#playout.endMs(nowMs);
    this.#tracker.completeAt(endMs);
    const status = this.#tracker.status(nowMs, endMs);
    if ('retryAtMs' in status) return status.retryAtMs;
    this.clear();
    return undefined;
  }
}
