/** A bounded queue of caller audio that waits for the service. The oldest audio is dropped first. */
export class PendingAudio {
  readonly #maxBytes: number;
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  /** @param maxBytes - most bytes to keep */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  /** Adds a copy of the bytes. Returns how many of the oldest bytes were dropped to make room. */
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

  /** Sends and removes everything, oldest first. */
  drain(send: (bytes: Uint8Array) => void): void {
    const chunks = this.#chunks;
    this.clear();
    for (const chunk of chunks) send(chunk);
  }

  clear(): void {
    this.#chunks = [];
    this.#bytes = 0;
  }
}
