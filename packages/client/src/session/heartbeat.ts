/** How a `pong` relates to the pings. */
export type PongAnswers = 'ping' | 'nothing' | 'another';

/** A pong that did not answer the pending ping because of its `clientseq`. */
export interface WrongPong {
  readonly clientseq: number;
  readonly expected: number;
}

/**
 * Tracks pings and pongs. Times are in milliseconds. `machine/states/open.ts` decides when a ping is sent and what
 * happens without a pong.
 */
export class Heartbeat {
  #outstandingSeq: number | undefined;
  #sentAtMs = 0;
  #wrongPong: WrongPong | undefined;
  #pongs = 0;
  #rttMs: number | undefined;

  /** Whether the last ping is unanswered. */
  get unanswered(): boolean {
    return this.#outstandingSeq !== undefined;
  }

  /** The last pong that did not answer the unanswered ping; undefined if there was none. */
  get wrongPong(): WrongPong | undefined {
    return this.#wrongPong;
  }

  /** The time since the last ping, in milliseconds. */
  waitingMs(nowMs: number): number {
    return nowMs - this.#sentAtMs;
  }

  /** The last measured round trip; undefined before any. */
  get rttMs(): number | undefined {
    return this.#rttMs;
  }

  /** How many pings were answered. */
  get pongs(): number {
    return this.#pongs;
  }

  /** A ping was sent with this `seq`. */
  pinged(seq: number, nowMs: number): void {
    this.#outstandingSeq = seq;
    this.#sentAtMs = nowMs;
    this.#wrongPong = undefined;
  }

  /** A pong with this `clientseq` was received. (AC-PING-2, AC-PING-4) */
  ponged(clientseq: number, nowMs: number): PongAnswers {
    if (this.#outstandingSeq === undefined) return 'nothing';
    if (this.#outstandingSeq !== clientseq) {
      this.#wrongPong = { clientseq, expected: this.#outstandingSeq };
      return 'another';
    }
    this.#outstandingSeq = undefined;
    this.#pongs += 1;
    this.#rttMs = nowMs - this.#sentAtMs;
    return 'ping';
  }
}
