import { checkArgument } from '@hookline/runtime';

/** A FIFO queue of bytes. Bytes within one pushed chunk are returned as a view, not copied. */
export class ByteQueue {
  readonly #chunks: Uint8Array[] = [];
  /** Bytes of the first chunk that have been taken already. */
  #offset = 0;
  #length = 0;

  /** How many bytes are queued. */
  get length(): number {
    return this.#length;
  }

  /** Appends a chunk, which must not be modified afterwards. */
  push(chunk: Uint8Array): void {
    checkArgument('AUDIO_BAD_ARGUMENT', 'ByteQueue: chunk', chunk, 'bytes');
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** Removes and returns the first `count` bytes, or all if there are fewer. */
  take(count: number): Uint8Array {
    const size = Math.min(count, this.#length);
    const first = this.#chunks[0];
    const isContiguous = first !== undefined && first.length - this.#offset >= size;
    const taken = isContiguous ? viewOf(first, this.#offset, size) : this.copy(0, size);
    this.drop(size);
    return taken;
  }

  /** Copies bytes without removing them; both positions are relative to the first queued byte. */
  copy(from: number, to: number): Uint8Array {
    const out = new Uint8Array(Math.max(0, Math.min(to, this.#length) - from));
    let at = -this.#offset;
    for (const chunk of this.#chunks) {
      const first = Math.max(0, from - at);
      const last = Math.min(chunk.length, from + out.length - at);
      if (first < last) out.set(chunk.subarray(first, last), at + first - from);
      at += chunk.length;
      if (at >= from + out.length) break;
    }
    return out;
  }

  /** Removes the first `count` bytes, or all if there are fewer. Returns the number of removed bytes. */
  drop(count: number): number {
    const dropped = Math.max(0, Math.min(count, this.#length));
    this.#length -= dropped;
    this.#offset += dropped;
    let emptied = 0;
    for (let first = this.#chunks[0]; first && this.#offset >= first.length; first = this.#chunks[emptied]) {
      this.#offset -= first.length;
      emptied += 1;
    }
    if (emptied > 0) this.#chunks.splice(0, emptied);
    return dropped;
  }

  /** Removes everything. */
  clear(): void {
    this.#chunks.length = 0;
    this.#offset = 0;
    this.#length = 0;
  }
}

function viewOf(chunk: Uint8Array, offset: number, size: number): Uint8Array {
  return offset === 0 && chunk.length === size ? chunk : chunk.subarray(offset, offset + size);
}
