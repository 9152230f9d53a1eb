import { BYTES_PER_MS, MULAW_SILENCE } from '@hookline/audio';
import { BoundedReader } from '@hookline/runtime';

/** The duration of a frame of bot audio, in milliseconds. */
export const HEARD_FRAME_MS = 20;
/** What the caller hears in 20 ms. */
export interface BotFrame {
  /** When its first sample is heard, in milliseconds since dialling. */
  readonly t: number;
  /** 8 kHz µ-law. */
  readonly bytes: Uint8Array;
}

/** A tolerance for rounding errors of a clock, in milliseconds: far below a sample. */
const TOLERANCE_MS = 1e-3;
/** The maximum number of frames buffered for a slow reader: 2 s. */
const MAX_WAITING = 2000 / HEARD_FRAME_MS;

/**
 * One reader of what the caller hears: frames of 20 ms in real time, with silence between playbacks. It receives heard
 * audio and the time; both only move forward.
 */
export class BotAudioTap {
  #frame = silentFrame();
  #frameStartMs: number;
  readonly #waiting = new BoundedReader<BotFrame>({ max: MAX_WAITING });

  /** @param startMs - the start of the first frame, on the grid of samples */
  constructor(startMs: number) {
    this.#frameStartMs = startMs;
  }

  /** The caller hears `bytes` from `atMs` on. */
  heard(atMs: number, bytes: Uint8Array): void {
    let from = Math.max(0, Math.ceil((this.#frameStartMs - atMs) * BYTES_PER_MS));
    while (from < bytes.length) {
      const pieceMs = atMs + from / BYTES_PER_MS;
      this.advance(pieceMs);
      const offset = Math.floor((pieceMs - this.#frameStartMs) * BYTES_PER_MS);
      const piece = bytes.subarray(from, from + this.#frame.length - offset);
      this.#frame.set(piece, offset);
      from += piece.length;
    }
  }

  /** Emits every frame that ends at or before now. */
  advance(nowMs: number): void {
    while (this.#frameStartMs + HEARD_FRAME_MS <= nowMs + TOLERANCE_MS) {
      this.#waiting.push({ t: this.#frameStartMs, bytes: this.#frame });
      this.#frame = silentFrame();
      this.#frameStartMs += HEARD_FRAME_MS;
    }
  }

  /** Ends the stream; queued frames can still be read. */
  end(): void {
    this.#waiting.end();
  }

  /** The next frame; undefined at the end. */
  async next(): Promise<BotFrame | undefined> {
    return (await this.#waiting.next()).value;
  }
}

function silentFrame(): Uint8Array {
  return new Uint8Array(HEARD_FRAME_MS * BYTES_PER_MS).fill(MULAW_SILENCE);
}
