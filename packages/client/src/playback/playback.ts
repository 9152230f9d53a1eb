import { BYTES_PER_MS } from '@hookline/audio';

/** A tolerance for rounding errors of a clock, in bytes: far below a sample. */
const TOLERANCE_BYTES = 1e-3;
/** Smaller chunks are merged, so that a flood of tiny frames does not create a flood of objects. */
const SMALL_CHUNK = 160;
const BLOCK = 4096;
const NOTHING = new Uint8Array();

/** Why a playback ended: the buffer ran empty, the bot flushed it, or the call ended. */
export type PlaybackEnding = 'completed' | 'bargeIn' | 'disconnected';

/** How a playback ended. */
export interface PlaybackEnd {
  /** The end of the last sample that was heard. */
  readonly atMs: number;
  readonly heardMs: number;
  readonly droppedMs: number;
  readonly ended: PlaybackEnding;
}

/** Receives what the caller hears, in order. */
export interface PlaybackListener {
  /** `head` is the first piece of its audio. */
  started(atMs: number, head: Uint8Array): void;
  /** `bytes` are heard from `atMs` on, without a gap since the last piece of the playback unless it was on hold. */
  heard(atMs: number, bytes: Uint8Array): void;
  completed(end: PlaybackEnd): void;
}

/** A playback that is running: the byte at `playedBytes` is heard at `anchorMs + playedBytes / 8`. */
interface Running {
  anchorMs: number;
  /** All bytes of this playback that have arrived. */
  pushedBytes: number;
  playedBytes: number;
}

/**
 * The playback of bot audio to the caller: a FIFO buffer of µ-law that plays by the clock, sample by sample. Pure: it
 * receives the time as an argument, and its times are on the grid of samples (1/8 ms).
 *
 * Audio that arrives at or before the moment at which the buffer runs empty continues the playback; later audio starts
 * a new one. (DECISIONS.md #32)
 */
export class Playback {
  readonly #listener: PlaybackListener;
  readonly #maxBytes: number;
  #chunks: Uint8Array[] = [];
  #headOffset = 0;
  #bufferedBytes = 0;
  #block: { readonly bytes: Uint8Array; used: number } | undefined;
  #running: Running | undefined;
  #heldAtMs: number | undefined;
  #heardBytes = 0;

  /** @param maxMs - most audio that may be queued, in milliseconds */
  constructor(listener: PlaybackListener, maxMs: number) {
    this.#listener = listener;
    this.#maxBytes = maxMs * BYTES_PER_MS;
  }

  /** Whether the caller hears the bot, or would if the call were not on hold. */
  get playing(): boolean {
    return this.#running !== undefined;
  }

  /** Queued audio, in milliseconds. */
  get bufferedMs(): number {
    return this.#bufferedBytes / BYTES_PER_MS;
  }

  /** Audio that was played so far, in milliseconds. */
  get heardMs(): number {
    return this.#heardBytes / BYTES_PER_MS;
  }

  /** When the buffer will run empty; undefined while nothing plays or the call is on hold. */
  get dryAtMs(): number | undefined {
    if (!this.#running || this.#heldAtMs !== undefined) return undefined;
    return this.#running.anchorMs + this.#running.pushedBytes / BYTES_PER_MS;
  }

  /**
   * Adds audio. Returns false, and adds nothing, if the buffer would exceed its limit; the session then ends, in
   * `session/machine/states/open.ts`.
   */
  push(bytes: Uint8Array, nowMs: number): boolean {
    this.#play(nowMs);
    // The buffer ran empty before now: the caller heard the gap.
    if (this.#isDry() && (this.dryAtMs ?? nowMs) < nowMs - TOLERANCE_BYTES / BYTES_PER_MS) this.#complete();
    if (this.#bufferedBytes + bytes.length > this.#maxBytes) return false;
    if (bytes.length === 0) return true;
    this.#store(bytes);
    if (this.#running) this.#running.pushedBytes += bytes.length;
    else if (this.#heldAtMs === undefined) this.#start(nowMs);
    return true;
  }

  /** Advances the playback to now. */
  advance(nowMs: number): void {
    this.#play(nowMs);
    if (this.#isDry()) this.#complete();
  }

  /** Puts the playback on hold: the caller hears nothing, and nothing is lost. Idempotent. */
  hold(nowMs: number): void {
    if (this.#heldAtMs !== undefined) return;
    this.advance(nowMs);
    this.#heldAtMs = nowMs;
  }

  /** Ends the hold; queued audio continues. Idempotent. */
  unhold(nowMs: number): void {
    if (this.#heldAtMs === undefined) return;
    this.#heldAtMs = undefined;
    const running = this.#running;
    if (running) running.anchorMs = onGrid(nowMs) - running.playedBytes / BYTES_PER_MS;
    else if (this.#bufferedBytes > 0) this.#start(nowMs);
  }

  /** Drops the buffered audio. Returns its duration in milliseconds. */
  flush(nowMs: number, ended: Exclude<PlaybackEnding, 'completed'>): number {
    this.advance(nowMs);
    const droppedMs = this.bufferedMs;
    this.#chunks = [];
    this.#headOffset = 0;
    this.#bufferedBytes = 0;
    this.#block = undefined;
    const running = this.#running;
    this.#running = undefined;
    if (running) {
      const heardMs = running.playedBytes / BYTES_PER_MS;
      this.#listener.completed({ atMs: running.anchorMs + heardMs, heardMs, droppedMs, ended });
    }
    return droppedMs;
  }

  #start(nowMs: number): void {
    const anchorMs = onGrid(nowMs);
    this.#running = { anchorMs, pushedBytes: this.#bufferedBytes, playedBytes: 0 };
    this.#listener.started(anchorMs, this.#chunks[0] ?? NOTHING);
  }

  #isDry(): boolean {
    return this.#running !== undefined && this.#running.playedBytes === this.#running.pushedBytes;
  }

  #complete(): void {
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    const heardMs = running.playedBytes / BYTES_PER_MS;
    this.#listener.completed({ atMs: running.anchorMs + heardMs, heardMs, droppedMs: 0, ended: 'completed' });
  }

  /** Moves the play head to now and reports what was heard, chunk by chunk, without copying. */
  #play(nowMs: number): void {
    const running = this.#running;
    if (!running || this.#heldAtMs !== undefined) return;
    const dueBytes = Math.floor((nowMs - running.anchorMs) * BYTES_PER_MS + TOLERANCE_BYTES);
    let left = Math.min(dueBytes, running.pushedBytes) - running.playedBytes;
    let emptied = 0;
    while (left > 0) {
      const head = this.#chunks[emptied];
      if (!head) break;
      const size = Math.min(left, head.length - this.#headOffset);
      const piece = size === head.length ? head : head.subarray(this.#headOffset, this.#headOffset + size);
      const atMs = running.anchorMs + running.playedBytes / BYTES_PER_MS;
      running.playedBytes += size;
      this.#heardBytes += size;
      this.#bufferedBytes -= size;
      left -= size;
      this.#headOffset += size;
      if (this.#headOffset === head.length) {
        emptied += 1;
        this.#headOffset = 0;
      }
      this.#listener.heard(atMs, piece);
    }
    if (emptied > 0) this.#chunks.splice(0, emptied);
    if (this.#chunks.length === 0) this.#block = undefined;
  }

  #store(bytes: Uint8Array): void {
    this.#bufferedBytes += bytes.length;
    if (bytes.length >= SMALL_CHUNK) {
      this.#block = undefined;
      this.#chunks.push(bytes);
      return;
    }
    this.#storeSmall(bytes);
  }

  /** Appends to the last chunk if it is a block with free space; a block only grows at its end. */
  #storeSmall(bytes: Uint8Array): void {
    const block = this.#block;
    if (block && block.used + bytes.length <= BLOCK && this.#chunks.length > 0) {
      block.bytes.set(bytes, block.used);
      block.used += bytes.length;
      this.#chunks[this.#chunks.length - 1] = block.bytes.subarray(0, block.used);
      return;
    }
    const fresh = { bytes: new Uint8Array(BLOCK), used: bytes.length };
    fresh.bytes.set(bytes);
    this.#block = fresh;
    this.#chunks.push(fresh.bytes.subarray(0, fresh.used));
  }
}

/** The first sample boundary at or after a time. */
function onGrid(ms: number): number {
  // At least 0, which also avoids -0.
  return Math.max(0, Math.ceil(ms * BYTES_PER_MS - TOLERANCE_BYTES)) / BYTES_PER_MS;
}
