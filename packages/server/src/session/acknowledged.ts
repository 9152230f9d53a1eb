/** How long after a message of the server the client may still send an older `serverseq`, because it had not received it. */
const STALE_SERVERSEQ_MS = 2000;

/** Tracks which messages of the server the client has received, by `serverseq`. (AC-MSG-8) */
export class Acknowledged {
  /** The highest `serverseq` so far. */
  #seq = 0;
  /** The first message that the client has not acknowledged, and a time at which it had been sent; 0 for none. */
  #pendingSeq = 0;
  #pendingAtMs = 0;
  #isReported = false;

  /** A message was sent with this `seq`. */
  sent(seq: number, nowMs: number): void {
    if (this.#pendingSeq === 0) this.#awaits(seq, nowMs);
  }

  /**
   * Checks the `serverseq` of a message that arrived.
   *
   * @param sentSeq - the `seq` of the last message sent
   * @returns what is wrong with it; only for the first wrong one of a session
   */
  check(serverseq: number, sentSeq: number, nowMs: number): string | undefined {
    const stale = this.#isReported ? undefined : this.#stale(serverseq, nowMs);
    if (stale !== undefined) this.#isReported = true;
    this.#seq = Math.max(this.#seq, serverseq);
    if (this.#pendingSeq !== 0 && serverseq >= this.#pendingSeq) {
      // The time of the next message is not kept; the current time is late enough.
      this.#awaits(serverseq < sentSeq ? serverseq + 1 : 0, nowMs);
    }
    return stale;
  }

  #awaits(seq: number, nowMs: number): void {
    this.#pendingSeq = seq;
    this.#pendingAtMs = nowMs;
  }

  #stale(serverseq: number, nowMs: number): string | undefined {
    if (serverseq < this.#seq) {
      return `serverseq is ${serverseq} after a message with ${this.#seq}; it must not decrease`;
    }
    if (this.#pendingSeq === 0 || serverseq >= this.#pendingSeq) return undefined;
    const waitedMs = nowMs - this.#pendingAtMs;
    if (waitedMs <= STALE_SERVERSEQ_MS) return undefined;
    const seconds = Math.floor(waitedMs / 1000);
    return `serverseq is ${serverseq}, but this server had sent seq ${this.#pendingSeq} at least ${seconds} s earlier`;
  }
}
