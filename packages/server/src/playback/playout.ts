/**
 * The earliest time at which the client can have played what was sent, as if it played each byte at the moment it was
 * sent. Plain arithmetic on the times passed in.
 */
export class Playout {
  #endMs = Number.NEGATIVE_INFINITY;
  #heldSinceMs: number | undefined;

  /** How much of the audio sent is not played yet at the least, in milliseconds. */
  aheadMs(nowMs: number): number {
    return Math.max(0, this.#endMs - (this.#heldSinceMs ?? nowMs));
  }

  /** The earliest time at which the last byte is played; in the past if playback may be over. */
  endMs(nowMs: number): number {
    return this.#heldSinceMs === undefined ? this.#endMs : nowMs + this.aheadMs(nowMs);
  }

  /** Takes note of `ms` of audio sent now. */
  sent(nowMs: number, ms: number): void {
    this.#endMs = Math.max(this.#endMs, this.#heldSinceMs ?? nowMs) + ms;
  }

  /** The client dropped its buffered audio. */
  flush(): void {
    this.#endMs = Number.NEGATIVE_INFINITY;
  }

  /** The client put the call on hold, which stops playback. */
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
