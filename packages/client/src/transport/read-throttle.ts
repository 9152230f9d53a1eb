import type { Cancel, Clock } from '@hookline/runtime';

const WINDOW_MS = 1000;
/** Audio sample by sample, at twice real time. */
const MAX_FRAMES = 16_000;
/** The weight of a byte of text compared with audio: text is decoded, reported and recorded, audio is only played. */
const TEXT_WEIGHT = 8;
/** More audio than the playback buffer accepts, so that the bound of the buffer applies first. */
const MAX_BYTES = 8 * 1024 * 1024;

/** A socket that can be paused. */
export interface Pausable {
  pause(): void;
  resume(): void;
}

/**
 * Reads from a peer no faster than any call needs, so that a flood stays in the peer's socket buffer and does not fill the
 * memory of this process. Nothing is lost, and traffic within the pace is not delayed.
 */
export class ReadThrottle {
  readonly #clock: Clock;
  readonly #source: Pausable;
  #windowStartMs = 0;
  #frames = 0;
  #bytes = 0;
  #cancel: Cancel | undefined;
  #stopped = false;

  constructor(clock: Clock, source: Pausable) {
    this.#clock = clock;
    this.#source = source;
  }

  /** A text frame was read. */
  tookText(byteLength: number): void {
    this.#took(TEXT_WEIGHT, TEXT_WEIGHT * byteLength);
  }

  /** A frame of any other kind was read. */
  took(byteLength: number): void {
    this.#took(1, byteLength);
  }

  #took(frames: number, byteLength: number): void {
    if (this.#stopped) return;
    const nowMs = this.#clock.now();
    if (!this.#cancel && nowMs - this.#windowStartMs >= WINDOW_MS) this.#startWindow(nowMs);
    this.#frames += frames;
    this.#bytes += byteLength;
    if (this.#cancel || this.#windows <= 1) return;
    this.#source.pause();
    this.#wait(nowMs);
  }

  /** The number of windows that the read data fills; data in transit at the start of a pause is still delivered. */
  get #windows(): number {
    return Math.max(this.#frames / MAX_FRAMES, this.#bytes / MAX_BYTES);
  }

  #startWindow(nowMs: number): void {
    this.#windowStartMs = nowMs;
    this.#frames = 0;
    this.#bytes = 0;
  }

  #wait(nowMs: number): void {
    const untilMs = this.#windowStartMs + this.#windows * WINDOW_MS;
    this.#cancel = this.#clock.after(untilMs - nowMs, () => {
      const laterMs = this.#clock.now();
      if (this.#windowStartMs + this.#windows * WINDOW_MS > laterMs) {
        this.#wait(laterMs);
        return;
      }
      this.#cancel = undefined;
      this.#startWindow(laterMs);
      this.#source.resume();
    });
  }

  /** Stops reading for good: the peer has closed, or must not be read any more. */
  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }
}
