import type { CallEnded } from '../session/call-ended.js';
import type { Counters } from '../session/call-stats.js';

/** One reader of caller audio, from when it was opened. */
class Tap implements AsyncIterableIterator<Uint8Array> {
  readonly #taps: AudioTaps;
  readonly #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  readonly #waiting: ((step: IteratorResult<Uint8Array>) => void)[] = [];
  #done = false;

  constructor(taps: AudioTaps) {
    this.#taps = taps;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    const value = this.#queue.shift();
    if (value) {
      this.#queuedBytes -= value.length;
      return Promise.resolve({ done: false, value });
    }
    if (this.#done) return Promise.resolve({ done: true, value: undefined });
    // Several may wait: one that lost a race against a timer, and the next.
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  return(): Promise<IteratorResult<Uint8Array>> {
    this.#taps.close(this);
    this.#queue.length = 0;
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Takes a frame; returns how many older ones it had to drop for it. */
  push(bytes: Uint8Array, maxBytes: number): number {
    const waiting = this.#waiting.shift();
    if (waiting) {
      waiting({ done: false, value: bytes });
      return 0;
    }
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    let dropped = 0;
    while (this.#queuedBytes > maxBytes && this.#queue.length > 1) {
      this.#queuedBytes -= this.#queue.shift()?.length ?? 0;
      dropped += 1;
    }
    return dropped;
  }

  /** No more comes; what is queued can still be read. */
  end(): void {
    this.#done = true;
    for (const waiting of this.#waiting.splice(0)) waiting({ done: true, value: undefined });
  }
}

/** The readers of a call's audio. Without one nothing is queued. */
export class AudioTaps implements AsyncIterable<Uint8Array> {
  readonly #maxBytes: number;
  readonly #counters: Counters;
  readonly #taps: Tap[] = [];
  #ended: CallEnded | undefined;

  constructor(maxBytes: number, counters: Counters) {
    this.#maxBytes = maxBytes;
    this.#counters = counters;
  }

  /** Opens a tap from now on. @throws CallEnded once the call is over, so that no loop over it spins */
  [Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array> {
    if (this.#ended) throw this.#ended;
    const tap = new Tap(this);
    this.#taps.push(tap);
    return tap;
  }

  push(bytes: Uint8Array): void {
    for (let index = 0; index < this.#taps.length; index++) {
      this.#counters.droppedTapFrames += this.#taps[index]?.push(bytes, this.#maxBytes) ?? 0;
    }
  }

  close(tap: Tap): void {
    const index = this.#taps.indexOf(tap);
    if (index >= 0) this.#taps.splice(index, 1);
  }

  /** The call is over. */
  end(ended: CallEnded): void {
    this.#ended = ended;
    for (const tap of this.#taps.splice(0)) tap.end();
  }
}
