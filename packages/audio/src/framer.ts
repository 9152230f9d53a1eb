import { checkArgument, checkOptionNames } from '@hookline/runtime';
import { audioError } from './error.js';
import { MULAW_SILENCE } from './g711.js';
import { checkNumber } from './number-argument.js';

/** Options of `Framer`. */
export interface FramerOptions {
  /** The bytes of a frame, above 0. 160 is 20 ms of PCMU mono. */
  readonly frameBytes: number;
  /** The byte with which `flush` pads the last frame; default 0xFF, µ-law silence. Use 0 for L16. */
  readonly silence?: number;
}

/**
 * Splits a stream of chunks of any size into frames of equal size.
 *
 * A frame within one chunk is a view of that chunk, not a copy: it is valid as long as the chunk is not modified. Only
 * a frame that spans two chunks is copied.
 */
export class Framer {
  readonly #frameBytes: number;
  readonly #silence: number;
  readonly #onFrame: (frame: Uint8Array) => void;
  #partial: Uint8Array | undefined;
  #filled = 0;

  /**
   * @param options - the frame size and what to pad with
   * @param onFrame - called within `push` and `flush`, in order, with exactly `frameBytes` bytes
   * @throws AudioError `AUDIO_BAD_ARGUMENT` for a frame size that is not a positive integer, or a silence that is not a byte
   */
  constructor(options: FramerOptions, onFrame: (frame: Uint8Array) => void) {
    checkOptionNames<FramerOptions>('AUDIO_BAD_ARGUMENT', 'Framer: ', options ?? null, {
      frameBytes: true,
      silence: true,
    });
    if (!Number.isInteger(options.frameBytes) || options.frameBytes < 1) {
      throw audioError(
        'AUDIO_BAD_ARGUMENT',
        `Framer: frameBytes is ${options.frameBytes}; expected a positive integer (160 is 20 ms of PCMU).`,
      );
    }
    const { frameBytes, silence = MULAW_SILENCE } = options;
    checkNumber('Framer: silence', silence, { min: 0, max: 255, integer: true });
    checkArgument('AUDIO_BAD_ARGUMENT', 'Framer: onFrame', onFrame, 'function');
    this.#frameBytes = frameBytes;
    this.#silence = silence;
    this.#onFrame = onFrame;
  }

  /** The bytes of an incomplete frame. */
  get pendingBytes(): number {
    return this.#filled;
  }

  /** Adds a chunk and emits every frame that it completes. */
  push(chunk: Uint8Array): void {
    checkArgument('AUDIO_BAD_ARGUMENT', 'Framer: chunk', chunk, 'bytes');
    let at = this.#partial ? this.#complete(this.#partial, chunk) : 0;
    const size = this.#frameBytes;
    if (at === 0 && chunk.length === size) {
      this.#onFrame(chunk);
      return;
    }
    for (; at + size <= chunk.length; at += size) this.#onFrame(chunk.subarray(at, at + size));
    if (at < chunk.length) {
      this.#partial = new Uint8Array(size);
      this.#partial.set(chunk.subarray(at));
      this.#filled = chunk.length - at;
    }
  }

  /** Emits the rest, padded with silence to a whole frame; nothing if there is no rest. */
  flush(): void {
    const frame = this.#partial;
    if (!frame) return;
    frame.fill(this.#silence, this.#filled);
    this.#release();
    this.#onFrame(frame);
  }

  /** Drops the rest, for example after a barge-in. */
  discard(): void {
    this.#release();
  }

  /** @returns the number of consumed bytes of the chunk */
  #complete(frame: Uint8Array, chunk: Uint8Array): number {
    const used = Math.min(this.#frameBytes - this.#filled, chunk.length);
    frame.set(chunk.subarray(0, used), this.#filled);
    this.#filled += used;
    if (this.#filled === this.#frameBytes) {
      this.#release();
      this.#onFrame(frame);
    }
    return used;
  }

  #release(): void {
    this.#partial = undefined;
    this.#filled = 0;
  }
}
