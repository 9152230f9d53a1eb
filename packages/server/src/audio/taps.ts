import { BoundedReader } from '@hookline/runtime';
import type { CallEnded } from '../session/call-ended.js';
import type { Counters } from '../session/call-stats.js';
import type { AnswerPace } from '../user-code/answer-pace.js';

/** The readers of a call's audio. Nothing is queued if there are none. */
export class AudioTaps implements AsyncIterable<Uint8Array> {
  readonly #maxBytes: number;
  readonly #counters: Counters;
  readonly #taps: BoundedReader<Uint8Array>[] = [];
  readonly #pace: AnswerPace;
  #ended: CallEnded | undefined;

  constructor(maxBytes: number, counters: Counters, pace: AnswerPace) {
    this.#maxBytes = maxBytes;
    this.#counters = counters;
    this.#pace = pace;
  }

  /** Opens a tap for the audio from now on. Its steps reject with `CallEnded` after the end of the call. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array> {
    if (this.#ended) return this.#pace.ended(this.#ended);
    const tap: BoundedReader<Uint8Array> = new BoundedReader({
      max: this.#maxBytes,
      sizeOf: (bytes) => bytes.length,
      onReturn: () => this.#close(tap),
    });
    this.#taps.push(tap);
    return tap;
  }

  push(bytes: Uint8Array): void {
    for (let index = 0; index < this.#taps.length; index++) {
      this.#counters.droppedTapFrames += this.#taps[index]?.push(bytes) ?? 0;
    }
  }

  #close(tap: BoundedReader<Uint8Array>): void {
    const index = this.#taps.indexOf(tap);
    if (index >= 0) this.#taps.splice(index, 1);
  }

  /** The call is over. */
  end(ended: CallEnded): void {
    this.#ended = ended;
    for (const tap of this.#taps.splice(0)) tap.end();
  }
}
