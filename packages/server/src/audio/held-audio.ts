/** Caller audio that is kept until somebody takes it: the newest, up to a bound. Makes no object per frame. */
export class HeldAudio {
  readonly #maxBytes: number;
  #frames: Uint8Array[] = [];
  #atMs: number[] = [];
  #bytes = 0;
  #dropped = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** How many frames had to go for newer ones. */
  get dropped(): number {
    return this.#dropped;
  }

  /** How many frames are held. */
  get frames(): number {
    return this.#frames.length;
  }

  push(bytes: Uint8Array, atMs: number): void {
    this.#frames.push(bytes);
    this.#atMs.push(atMs);
    this.#bytes += bytes.length;
    while (this.#bytes > this.#maxBytes && this.#frames.length > 1) {
      this.#bytes -= this.#frames.shift()?.length ?? 0;
      this.#atMs.shift();
      this.#dropped += 1;
    }
  }

  /** Hands out all that is held, the oldest first. */
  take(to: (bytes: Uint8Array, atMs: number) => void): void {
    const frames = this.#frames;
    const atMs = this.#atMs;
    this.#frames = [];
    this.#atMs = [];
    this.#bytes = 0;
    for (const [index, bytes] of frames.entries()) to(bytes, atMs[index] ?? 0);
  }
}
