/** What a `pong` answers. */
export type PongAnswers = 'ping' | 'nothing' | 'another';

/**
 * Pings and their pongs, as plain bookkeeping. Times are in milliseconds by one clock. When one is sent, and what a
 * missing pong leads to, is decided in `machine/states/open.ts`.
 */
export class Heartbeat {
  #outstandingSeq: number | undefined;
  #sentAtMs = 0;
  #pongs = 0;
  #rttMs: number | undefined;

  /** Whether the last ping has not been answered. */
  get unanswered(): boolean {
    return this.#outstandingSeq !== undefined;
  }

  /** How long the last ping has been out, in milliseconds. */
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

  /** A pong came with this `clientseq`. (AC-PING-2, AC-PING-4) */
  ponged(clientseq: number, nowMs: number): PongAnswers {
    if (this.#outstandingSeq === undefined) return 'nothing';
    if (this.#outstandingSeq !== clientseq) return 'another';
    this.#outstandingSeq = undefined;
    this.#pongs += 1;
    this.#rttMs = nowMs - this.#sentAtMs;
    return 'ping';
  }
}
