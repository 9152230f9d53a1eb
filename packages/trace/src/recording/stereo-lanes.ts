import { MEDIA_RATE } from '@hookline/protocol';
import { LaneBuffer } from './lane-buffer.js';
import type { Placed } from './timeline.js';

/** The longest recording, in milliseconds, so that a trace with invalid times cannot exhaust the memory. */
export const MAX_RECORDING_MS = 4 * 3_600_000;

/** The samples of both sides of a call: the caller left, the bot right. */
export class StereoLanes {
  readonly #left = new LaneBuffer();
  readonly #right = new LaneBuffer();
  #taken = 0;

  /** In samples since the start of the stream. */
  get end(): number {
    return Math.max(this.#left.end, this.#right.end);
  }

  /** The number of buffered samples per side. */
  get buffered(): number {
    return this.end - this.#taken;
  }

  /** How many of the first buffered samples are silent on both sides. */
  get silent(): number {
    return Math.min(this.#left.silentUntil, this.#right.silentUntil, this.end) - this.#taken;
  }

  put({ lane, at, samples }: Placed): void {
    if (!(at + samples.length <= (MAX_RECORDING_MS * MEDIA_RATE) / 1000)) return;
    (lane === 'caller' ? this.#left : this.#right).put(at, samples);
  }

  /** Skips the first `count` buffered samples, which must be silent. */
  skip(count: number): void {
    this.#taken += count;
    this.#left.skipTo(this.#taken);
    this.#right.skipTo(this.#taken);
  }

  /** Takes the first `count` buffered samples: left, right, left, … */
  take(count: number): Int16Array {
    const until = this.#taken + count;
    const stereo = new Int16Array(2 * count);
    this.#left.takeInto(stereo, 0, until);
    this.#right.takeInto(stereo, 1, until);
    this.#taken = until;
    return stereo;
  }
}
