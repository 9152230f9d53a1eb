import type { Cancel, Clock } from '@hookline/runtime';
import type { Faults } from './faults.js';

/** The actions of a call that faults trigger. */
export interface FaultTarget {
  /** Sends error 429. */
  limit(retryAfterMs: number): void;
  /** Starts to lose caller audio. */
  startLoss(): void;
  /** Ends the loss, which is reported with `discarded` or, if caller audio is paused by then, with the pause. */
  endLoss(): void;
  hangup(): void;
  /** The platform becomes unavailable. */
  becomeUnavailable(): void;
}

/** Triggers faults at moments of the call. */
export class FaultSchedule {
  readonly #clock: Clock;
  readonly #faults: Faults;
  readonly #target: FaultTarget;
  readonly #pending = new Set<Cancel>();
  #over = false;

  constructor(clock: Clock, faults: Faults, target: FaultTarget) {
    this.#clock = clock;
    this.#faults = faults;
    this.#target = target;
  }

  /** The session is open. */
  opened(): void {
    const { rateLimit, discard, unavailableAfterMs } = this.#faults;
    if (discard) {
      this.#in(discard.atMs, () => this.#target.startLoss());
      this.#in(discard.atMs + discard.ms, () => this.#target.endLoss());
    }
    if (unavailableAfterMs !== undefined)
      this.#in(unavailableAfterMs, () => this.#target.becomeUnavailable());
    if (rateLimit) this.#limitEvery(rateLimit.everyMs, rateLimit.retryAfterMs);
  }

  /** The caller starts to hear the bot. */
  playbackStarted(): void {
    const { closeMidPlaybackMs } = this.#faults;
    if (closeMidPlaybackMs !== undefined) this.#in(closeMidPlaybackMs, () => this.#target.hangup());
  }

  /** Stops all faults. Idempotent. */
  stop(): void {
    this.#over = true;
    for (const cancel of this.#pending) cancel();
    this.#pending.clear();
  }

  #limitEvery(everyMs: number, retryAfterMs: number): void {
    this.#in(everyMs, () => {
      this.#target.limit(retryAfterMs);
      this.#limitEvery(everyMs, retryAfterMs);
    });
  }

  #in(ms: number, act: () => void): void {
    if (this.#over) return;
    const cancel = this.#clock.after(ms, () => {
      this.#pending.delete(cancel);
      act();
    });
    this.#pending.add(cancel);
  }
}
