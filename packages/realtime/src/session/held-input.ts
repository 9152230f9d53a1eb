/** Caller audio that waits for the service: in order, bounded, the oldest is dropped. */
export class HeldInput {
  readonly #maxBytes: number;
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  /** @param maxBytes - more than this is not held */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Holds a copy of the bytes. Returns how many bytes of the oldest were dropped for it. */
  push(bytes: Uint8Array): number {
    this.#chunks.push(Uint8Array.from(bytes));
    this.#bytes += bytes.length;
    let dropped = 0;
    while (this.#bytes > this.#maxBytes && this.#chunks.length > 0) {
      const oldest = this.#chunks.shift()?.length ?? 0;
      this.#bytes -= oldest;
      dropped += oldest;
    }
    return dropped;
  }

  /** Hands out all that is held, oldest first. */
  drain(take: (bytes: Uint8Array) => void): void {
    const chunks = this.#chunks;
    this.clear();
    for (const chunk of chunks) take(chunk);
  }

  clear(): void {
    this.#chunks = [];
    this.#bytes = 0;
  }
}
