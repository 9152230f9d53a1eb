/** Frames are copied into chunks of this size. A longer frame gets a chunk of its own. */
const CHUNK_BYTES = 8192;

/** Copies of frames, one after the other. No frame spans two chunks. */
interface Chunk {
  readonly bytes: Buffer;
  /** Bytes in use. */
  filled: number;
}

/**
 * Buffers caller audio until there is a reader: the newest audio, up to a bound. Frames are copied into a few large
 * chunks. Keeping the frames themselves for seconds would move thousands of small buffers of every call into the old
 * generation of the heap, which makes garbage collection expensive.
 */
export class HeldAudio {
  readonly #maxBytes: number;
  #chunks: Chunk[] = [];
  #sizes: number[] = [];
  #atMs: number[] = [];
  #bytes = 0;
  /** The offset of the oldest frame in the first chunk. */
  #start = 0;
  #dropped = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The number of frames that were dropped to make room for newer ones. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The number of buffered frames. */
  get frames(): number {
    return this.#sizes.length;
  }

  push(bytes: Uint8Array, atMs: number): void {
    // The newest frame is kept even if it alone exceeds the bound.
    while (this.#sizes.length > 0 && this.#bytes + bytes.length > this.#maxBytes) this.#drop();
    const chunk = this.#chunkFor(bytes.length);
    chunk.bytes.set(bytes, chunk.filled);
    chunk.filled += bytes.length;
    this.#bytes += bytes.length;
    this.#sizes.push(bytes.length);
    this.#atMs.push(atMs);
  }

  /** Passes all buffered frames to `to`, oldest first, and clears the buffer. */
  take(to: (bytes: Uint8Array, atMs: number) => void): void {
    const chunks = this.#chunks;
    const sizes = this.#sizes;
    const atMs = this.#atMs;
    let start = this.#start;
    this.#clear();
    let index = 0;
    for (const { bytes, filled } of chunks) {
      for (; start < filled; index++) {
        const end = start + (sizes[index] ?? 0);
        to(bytes.subarray(start, end), atMs[index] ?? 0);
        start = end;
      }
      start = 0;
    }
  }

  #chunkFor(size: number): Chunk {
    const last = this.#chunks.at(-1);
    if (last && last.filled + size <= last.bytes.length) return last;
    const chunk = { bytes: Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, size)), filled: 0 };
    this.#chunks.push(chunk);
    return chunk;
  }

  #drop(): void {
    const size = this.#sizes.shift() ?? 0;
    this.#atMs.shift();
    this.#bytes -= size;
    this.#start += size;
    this.#dropped += 1;
    if (this.#start < (this.#chunks[0]?.filled ?? 0)) return;
    this.#chunks.shift();
    this.#start = 0;
  }

  #clear(): void {
    this.#chunks = [];
    this.#sizes = [];
    this.#atMs = [];
    this.#bytes = 0;
    this.#start = 0;
  }
}
