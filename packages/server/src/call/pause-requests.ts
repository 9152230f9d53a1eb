import { type Deferred, deferred } from '../deferred.js';
import type { CallEnded } from './call-ended.js';

/** Requests to pause and resume that the client has not answered yet. */
export class PauseRequests {
  #pausing: Deferred<void>[] = [];
  #resuming: Deferred<void>[] = [];
  #paused = false;

  /** Whether the pause is the server's own wish: the client plays on then, unlike on hold. */
  get serverPaused(): boolean {
    return this.#paused;
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
    this.#resuming.push(request);
    return request.promise;
  }

  /** `paused` came: it answers `pause`, and `resume` while the client holds a pause of its own. (AC-PAUSE-2) */
  onPaused(): void {
    for (const request of this.#pausing.splice(0)) request.resolve();
    if (!this.#paused) this.#settleResuming();
  }

  onResumed(): void {
    this.#settleResuming();
  }

  /** The call is over. */
  end(ended: CallEnded): void {
    for (const request of [...this.#pausing.splice(0), ...this.#resuming.splice(0)]) request.reject(ended);
  }

  #settleResuming(): void {
    for (const request of this.#resuming.splice(0)) request.resolve();
  }
}
