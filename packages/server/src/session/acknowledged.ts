/** How long after a message of the server the client may still send an older `serverseq`: it had not arrived there. */
const STALE_SERVERSEQ_MS = 2000;

/** Follows how far the client has heard the server, by the `serverseq` of its messages. (AC-MSG-8) */
export class Acknowledged {
  /** The highest `serverseq` so far. */
  #seq = 0;
  /** A message that the client has not acknowledged, and since when at least it could have. */
  #pending: { readonly seq: number; readonly atMs: number } | undefined;
  #told = false;

  /** A message went out with this `seq`. */
  sent(seq: number, nowMs: number): void {
    this.#pending ??= { seq, atMs: nowMs };
  }

  /**
   * Takes the `serverseq` of a message that came.
   *
   * @param sentSeq - the `seq` of the last message that went out
   * @returns what there is to say of it: once a session, of the first that is behind what the client must have received
   */
  came(serverseq: number, sentSeq: number, nowMs: number): string | undefined {
    const stale = this.#told ? undefined : this.#stale(serverseq, nowMs);
    if (stale !== undefined) this.#told = true;
    this.#seq = Math.max(this.#seq, serverseq);
    if (this.#pending && serverseq >= this.#pending.seq) {
      // When the next message went out is not kept: from now on is late enough.
      this.#pending = serverseq < sentSeq ? { seq: serverseq + 1, atMs: nowMs } : undefined;
    }
    return stale;
  }

  #stale(serverseq: number, nowMs: number): string | undefined {
    if (serverseq < this.#seq) {
      return `serverseq is ${serverseq} after a message with ${this.#seq}; it must not go back`;
    }
    if (!this.#pending || serverseq >= this.#pending.seq) return undefined;
    const { seq, atMs } = this.#pending;
    if (nowMs - atMs <= STALE_SERVERSEQ_MS) return undefined;
    const seconds = Math.floor((nowMs - atMs) / 1000);
    return `serverseq is ${serverseq}, but this server had sent seq ${seq} at least ${seconds} s before`;
  }
}
