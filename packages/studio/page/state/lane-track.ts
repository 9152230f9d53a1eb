import { signal } from '@preact/signals';
import type { Lanes } from '../../src/messages.js';

/** Growable buffer of the peaks of both lanes: values of 0 to 255, one per `bucketMs`. */
export class LaneTrack {
  #caller = new Uint8Array(2048);
  #bot = new Uint8Array(2048);
  #length = 0;
  #startMs = 0;
  #bucketMs = 20;
  /** Incremented with each change. */
  readonly version = signal(0);

  /** Number of peaks per lane. */
  get length(): number {
    return this.#length;
  }

  /** Time of the first peak, in milliseconds since dialling. */
  get startMs(): number {
    return this.#startMs;
  }

  get endMs(): number {
    return this.#startMs + this.#length * this.#bucketMs;
  }

  get bucketMs(): number {
    return this.#bucketMs;
  }

  /** Replaces all peaks. */
  replace(all: Lanes): void {
    this.#length = 0;
    this.add(all);
  }

  /** Inserts a piece by its time: pieces may arrive late or repeatedly. */
  add(piece: Lanes): void {
    if (this.#length === 0) {
      this.#startMs = piece.t;
      this.#bucketMs = piece.bucketMs;
    }
    const at = Math.max(0, Math.round((piece.t - this.#startMs) / this.#bucketMs));
    const end = at + piece.caller.length;
    if (end > this.#caller.length) this.#grow(end);
    this.#caller.set(piece.caller, at);
    this.#bot.set(piece.bot, at);
    this.#length = Math.max(this.#length, end);
    this.version.value += 1;
  }

  /** The highest peak of a lane between two times. */
  peak(lane: 'caller' | 'bot', fromMs: number, toMs: number): number {
    const peaks = lane === 'caller' ? this.#caller : this.#bot;
    const from = Math.max(0, Math.floor((fromMs - this.#startMs) / this.#bucketMs));
    const to = Math.min(
      this.#length,
      Math.max(from + 1, Math.floor((toMs - this.#startMs) / this.#bucketMs)),
    );
    let peak = 0;
    for (let i = from; i < to; i += 1) peak = Math.max(peak, peaks[i] ?? 0);
    return peak;
  }

  /** The level of a lane over the last 100 ms. */
  level(lane: 'caller' | 'bot'): number {
    return this.peak(lane, this.endMs - 100, this.endMs);
  }

  #grow(length: number): void {
    const size = Math.max(length, this.#caller.length * 2);
    const grown = (peaks: Uint8Array) => {
      const larger = new Uint8Array(size);
      larger.set(peaks);
      return larger;
    };
    this.#caller = grown(this.#caller);
    this.#bot = grown(this.#bot);
  }
}
