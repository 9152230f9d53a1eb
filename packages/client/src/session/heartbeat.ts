/** How a `pong` relates to the pings. */
export type PongAnswers = 'ping' | 'nothing' | 'another';

/**
 * Tracks pings and pongs. Times are in milliseconds. `machine/states/open.ts` decides when a ping is sent and what happens
 * without a pong.
 */
export class Heartbeat {
  #outstandingSeq: number | undefined;
  #sentAtMs = 0;
  #pongs = 0;
  #rttMs: number | undefined;

  /** Whether the last ping is unanswered. */
  get unanswered(): boolean {
    return this.#outstandingSeq !== undefined;
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
  }

  /** A pong with this `clientseq` was received. (AC-PING-2, AC-PING-4) */
  ponged(clientseq: number, nowMs: number): PongAnswers {
    if (this.#outstandingSeq === undefined) return 'nothing';
    if (this.#outstandingSeq !== clientseq) return 'another';
    this.#outstandingSeq = undefined;
    this.#pongs += 1;
    this.#rttMs = nowMs - this.#sentAtMs;
    return 'ping';
  }
}
