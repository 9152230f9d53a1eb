type Step = IteratorResult<Uint8Array>;

/** Pieces of audio that are pushed in and read once, in order. */
export class PushedPieces implements AsyncIterableIterator<Uint8Array> {
  readonly #queue: Uint8Array[] = [];
  #waiting: ((step: Step) => void) | undefined;
  #ended = false;

  [Symbol.asyncIterator](): this {
    return this;
  }

  push(piece: Uint8Array): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) waiting({ done: false, value: piece });
    else this.#queue.push(piece);
  }

  /** Nothing more comes; what was pushed can still be read. */
  end(): void {
    this.#ended = true;
    this.#waiting?.({ done: true, value: undefined });
    this.#waiting = undefined;
  }

  /** Nobody reads any more. */
  clear(): void {
    this.#queue.length = 0;
    this.end();
  }

  next(): Promise<Step> {
    const value = this.#queue.shift();
    if (value) return Promise.resolve({ done: false, value });
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    // Its one reader asks for a piece when it has got the last.
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  return(): Promise<Step> {
    this.clear();
    return Promise.resolve({ done: true, value: undefined });
  }
}
