/** Bytes in the order they came. What comes out is a view of what went in wherever it lies in one piece. */
export class ByteQueue {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  /** How many bytes are queued. */
  get length(): number {
    return this.#length;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** Takes the first `count` bytes, or as many as there are. */
  take(count: number): Uint8Array {
    const size = Math.min(count, this.#length);
    this.#length -= size;
    const first = this.#chunks[0];
    if (first && first.length > size) {
      this.#chunks[0] = first.subarray(size);
      return first.subarray(0, size);
    }
    if (first && first.length === size) {
      this.#chunks.shift();
      return first;
    }
    const out = new Uint8Array(size);
    let filled = 0;
    while (filled < size) {
      const chunk = this.#chunks.shift();
      if (!chunk) break;
      const part = chunk.subarray(0, size - filled);
      out.set(part, filled);
      filled += part.length;
      if (part.length < chunk.length) this.#chunks.unshift(chunk.subarray(part.length));
    }
    return out;
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#length = 0;
  }
}
