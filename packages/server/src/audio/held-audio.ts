const NOTHING = Buffer.alloc(0);
/** Taken at once, as most calls fill it: what a ring leaves behind as it grows waits for the collector. */
const FIRST_BYTES = 64 * 1024;

/**
 * Caller audio that is kept until somebody takes it: the newest, up to a bound. Frames are copied into a ring that grows
 * to that bound: kept as they came for seconds, each would leave the young generation, and the collector would mark the
 * whole heap every second.
 */
export class HeldAudio {
  readonly #maxBytes: number;
  #ring = NOTHING;
  /** Where the oldest frame begins. */
  #start = 0;
  #bytes = 0;
  #sizes: number[] = [];
  #atMs: number[] = [];
  #dropped = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** How many frames had to go for newer ones. */
  get dropped(): number {
    return this.#dropped;
  }

  push(bytes: Uint8Array, atMs: number): void {
    // The newest is kept whole, however long it is.
    while (this.#sizes.length > 0 && this.#bytes + bytes.length > this.#maxBytes) this.#drop();
    if (this.#bytes + bytes.length > this.#ring.length) this.#grow(this.#bytes + bytes.length);
    const at = (this.#start + this.#bytes) % this.#ring.length;
    const room = this.#ring.length - at;
    if (bytes.length <= room) this.#ring.set(bytes, at);
    else {
      this.#ring.set(bytes.subarray(0, room), at);
      this.#ring.set(bytes.subarray(room), 0);
    }
    this.#bytes += bytes.length;
    this.#sizes.push(bytes.length);
    this.#atMs.push(atMs);
  }

  /** Hands out all that is held, frame by frame, the oldest first. */
  take(to: (bytes: Uint8Array, atMs: number) => void): void {
    const ring = this.#ring;
    const sizes = this.#sizes;
    const atMs = this.#atMs;
    let start = this.#start;
    this.#ring = NOTHING;
    this.#sizes = [];
    this.#atMs = [];
    this.#start = 0;
    this.#bytes = 0;
    for (const [index, size] of sizes.entries()) {
      const end = start + size;
      to(
        end <= ring.length
          ? ring.subarray(start, end)
          : Buffer.concat([ring.subarray(start), ring.subarray(0, end - ring.length)]),
        atMs[index] ?? 0,
      );
      start = end % ring.length;
    }
  }

  #drop(): void {
    const size = this.#sizes.shift() ?? 0;
    this.#atMs.shift();
    this.#start = (this.#start + size) % this.#ring.length;
    this.#bytes -= size;
    this.#dropped += 1;
  }

  #grow(leastBytes: number): void {
    const ring = Buffer.allocUnsafeSlow(
      Math.max(leastBytes, Math.min(Math.max(FIRST_BYTES, 2 * this.#ring.length), this.#maxBytes)),
    );
    const copied = this.#ring.copy(
      ring,
      0,
      this.#start,
      Math.min(this.#start + this.#bytes, this.#ring.length),
    );
    this.#ring.copy(ring, copied, 0, this.#bytes - copied);
    this.#ring = ring;
    this.#start = 0;
  }
}
