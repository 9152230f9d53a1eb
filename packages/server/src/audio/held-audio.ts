/** Frames are copied into chunks of this size. A longer frame gets a chunk of its own. */
const CHUNK_BYTES = 8192;

/** Chunks are cut from blocks of this size. */
const BLOCK_BYTES = 128 * CHUNK_BYTES;

/**
 * Allocates the chunks of all calls of a bot from large blocks. A block is released as a whole and its memory returns to
 * the operating system; that of thousands of single chunks mostly stayed with the process.
 */
export class ChunkMemory {
  #block: Buffer | undefined;
  #used = 0;

  /** Returns a chunk with at least `size` bytes, of undefined content. */
  allocate(size: number): Buffer {
    if (size > CHUNK_BYTES) return Buffer.allocUnsafeSlow(size);
    if (this.#block === undefined || this.#used === BLOCK_BYTES) {
      this.#block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
      this.#used = 0;
    }
    const chunk = this.#block.subarray(this.#used, this.#used + CHUNK_BYTES);
    this.#used += CHUNK_BYTES;
    return chunk;
  }
}

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
  readonly #memory: ChunkMemory;
  #chunks: Chunk[] = [];
  #sizes: number[] = [];
  #atMs: number[] = [];
  #bytes = 0;
  /** The offset of the oldest frame in the first chunk. */
  #start = 0;
  #dropped = 0;

  constructor(maxBytes: number, memory: ChunkMemory) {
    this.#maxBytes = maxBytes;
    this.#memory = memory;
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

  /**
   * Passes all buffered frames to `to`, oldest first, and clears the buffer. They are copied out of the memory that calls
   * share: a bot that modifies or transfers them, although it must not, harms only its own call.
   */
  take(to: (bytes: Uint8Array, atMs: number) => void): void {
    const chunks = this.#chunks;
    const sizes = this.#sizes;
    const atMs = this.#atMs;
    let start = this.#start;
    this.#clear();
    let index = 0;
    for (const chunk of chunks) {
      const { filled } = chunk;
      const bytes = Buffer.allocUnsafeSlow(filled);
      chunk.bytes.copy(bytes, 0, 0, filled);
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
    const chunk = { bytes: this.#memory.allocate(size), filled: 0 };
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
