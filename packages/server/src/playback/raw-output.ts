import type { Playout } from './playout.js';
import type { PlaybackTracker } from './tracker.js';

/**
 * Tracks whether the caller has heard the audio that belongs to no playback: frames sent with `sendFrame`, and what a
 * playback had sent before its source failed.
 */
export class RawOutput {
  readonly #tracker: PlaybackTracker;
  readonly #playout: Playout;
  /** Whether the caller may not have heard all of it yet. */
  #unheard = false;

  constructor(tracker: PlaybackTracker, playout: Playout) {
    this.#tracker = tracker;
    this.#playout = playout;
  }

  /**
   * Counts a frame that was sent, after `playout` has counted it.
   *
   * @param positionMs - the position of the caller's stream
   */
  sent(nowMs: number, positionMs: number): void {
    if (!this.#unheard) this.#tracker.begin(nowMs, positionMs, this.#playout.aheadMs(nowMs));
    this.#unheard = true;
  }

  /** Counts audio that a playback which is over has left to the client; the tracker has counted it already. */
  takeOver(): void {
    this.#unheard = true;
  }

  /** Forgets the audio, because a playback begins or the client dropped it. */
  clear(): void {
    this.#unheard = false;
  }

  /** Returns when to check again; undefined if all audio was heard or there is none. */
  retryAtMs(nowMs: number): number | undefined {
    if (!this.#unheard) return undefined;
    const endMs = this.#playout.endMs(nowMs);
    this.#tracker.completeAt(endMs);
    const status = this.#tracker.status(nowMs, endMs);
    if ('retryAtMs' in status) return status.retryAtMs;
    this.clear();
    return undefined;
  }
}
