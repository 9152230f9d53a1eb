import { CLIENT_TIMERS, type ClauseId, SERVER_TIMERS } from '../../src/index.js';

/** The pending answers of both sides, and their deadlines. */
export class Deadlines {
  readonly #owed = new Map<ClauseId, number>();

  opening(t: number): void {
    this.#owed.set('AC-OPEN-3', t + CLIENT_TIMERS.openedMs);
  }

  opened(t: number): void {
    this.#owed.delete('AC-OPEN-3');
    this.#owed.set('AC-TIME-6', t + CLIENT_TIMERS.maxDurationMs);
  }

  disconnected(t: number): void {
    this.#owed.delete('AC-OPEN-3');
    this.#owed.set('AC-TIME-4', t + SERVER_TIMERS.closeMs);
  }

  pinged(t: number): void {
    this.#owed.set('AC-PING-3', t + CLIENT_TIMERS.pingIntervalMs);
  }

  ponged(): void {
    this.#owed.delete('AC-PING-3');
  }

  /** After `close`, the client only waits for `closed`. */
  closing(t: number): void {
    this.#owed.clear();
    this.#owed.set('AC-CLOSE-2', t + CLIENT_TIMERS.closedMs);
  }

  closed(): void {
    this.#owed.clear();
  }

  /** The rule of a deadline that has expired at `t`. */
  missed(t: number): ClauseId | undefined {
    for (const [clause, deadline] of this.#owed) if (t > deadline) return clause;
    return undefined;
  }
}
