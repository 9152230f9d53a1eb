import type { CallEnded } from '../session/call-ended.js';
import { type Deferred, deferred } from '../user-code/deferred.js';

/** Requests to pause and resume that the client has not answered yet. */
export class PauseRequests {
  #pausing: Deferred<void>[] = [];
  #resuming: Deferred<void>[] = [];
  /** Requests to resume that followed a pause which was unanswered then: the next `paused` answers that pause. */
  #resumingLater: Deferred<void>[] = [];
  #paused = false;
  /** The seqs of the `resume` that the client has not answered yet, oldest first. */
  readonly #unanswered: number[] = [];

  /**
   * Whether a `paused` that arrives now answers a `pause` of the server, so that the client goes on playing, unlike on
   * hold. True also if `resume` was sent before the answer arrived.
   */
  get serverPaused(): boolean {
    return this.#paused || this.#pausing.length > 0;
  }

  pause(): Promise<void> {
    this.#paused = true;
    const request = deferred<void>();
    this.#pausing.push(request);
    return request.promise;
  }

  resume(): Promise<void> {
    this.#paused = false;
    const request = deferred<void>();
    (this.#pausing.length > 0 ? this.#resumingLater : this.#resuming).push(request);
    return request.promise;
  }

  /** `resume` was sent with this seq. */
  resumeSent(seq: number): void {
    this.#unanswered.push(seq);
  }

  /** `paused` arrived: it answers `pause`, and also `resume` while the client has paused by itself. (AC-PAUSE-2) */
  onPaused(serverseq: number): void {
    this.#answered(serverseq);
    // A pause that was requested after them does not take their answer.
    for (const request of [...this.#resuming, ...this.#pausing.splice(0)]) request.resolve();
    this.#resuming = this.#resumingLater;
    this.#resumingLater = [];
  }

  /** `resumed` arrived from a client that had paused. */
  onResumed(serverseq: number): void {
    this.#answered(serverseq);
    for (const request of this.#takeResuming()) request.resolve();
  }

  /**
   * `resumed` arrived from a client that had not paused, or whose own pause ended while `resume` was on its way: it
   * answers each `resume` all the same (AC-PAUSE-7). Returns whether one was unanswered.
   */
  onStillActive(): boolean {
    if (this.#unanswered.shift() === undefined) return false;
    // Those that follow a `pause` get an answer of their own.
    for (const request of this.#resuming.splice(0)) request.resolve();
    return true;
  }

  /** The call is over. */
  end(ended: CallEnded): void {
    for (const request of [...this.#pausing.splice(0), ...this.#takeResuming()]) request.reject(ended);
  }

  /** A message that the client sent before it had seen `resume` is no answer to it. */
  #answered(serverseq: number): void {
    const [oldest] = this.#unanswered;
    if (oldest !== undefined && oldest <= serverseq) this.#unanswered.shift();
  }

  #takeResuming(): Deferred<void>[] {
    return [...this.#resuming.splice(0), ...this.#resumingLater.splice(0)];
  }
}
