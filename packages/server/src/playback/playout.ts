/**
 * When the client will have played what was sent, were it to play each byte the moment it is sent: never later than
 * the truth. Plain arithmetic on the times given.
 */
export class Playout {
  #endMs = Number.NEGATIVE_INFINITY;
  #heldSinceMs: number | undefined;

  /** Milliseconds of sent audio that are not played yet, at best. */
  aheadMs(nowMs: number): number {
    return Math.max(0, this.#endMs - (this.#heldSinceMs ?? nowMs));
  }

  /** When the last byte sent will have been played, at the earliest; in the past when it may be over. */
  endMs(nowMs: number): number {
    return this.#heldSinceMs === undefined ? this.#endMs : nowMs + this.aheadMs(nowMs);
  }

  /** Takes note of `ms` of audio sent now. */
  sent(nowMs: number, ms: number): void {
    this.#endMs = Math.max(this.#endMs, this.#heldSinceMs ?? nowMs) + ms;
  }

  /** The client dropped what it held. */
  flush(): void {
    this.#endMs = Number.NEGATIVE_INFINITY;
  }

  /** The client holds the call: play-out stands still. */
  hold(nowMs: number): void {
    this.#heldSinceMs ??= nowMs;
  }

  /** The hold is over. */
  unhold(nowMs: number): void {
    if (this.#heldSinceMs === undefined) return;
    this.#endMs += Math.max(0, nowMs - this.#heldSinceMs);
    this.#heldSinceMs = undefined;
  }

  get held(): boolean {
    return this.#heldSinceMs !== undefined;
  }
}
