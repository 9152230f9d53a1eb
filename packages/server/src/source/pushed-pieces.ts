type Step = IteratorResult<Uint8Array>;

/** Receives pieces as they are pushed. */
export interface PieceReader {
  piece(piece: Uint8Array): void;
  /** Called at the end. */
  ended(): void;
}

/** Pieces of audio that are pushed in and read once, in order. */
export class PushedPieces implements AsyncIterableIterator<Uint8Array> {
  readonly #queue: Uint8Array[] = [];
  #waiting: ((step: Step) => void) | undefined;
  #ended = false;
  #reader: PieceReader | undefined;

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Passes the queued pieces to `reader`, and later pieces as they are pushed. Replaces iteration. */
  readBy(reader: PieceReader): void {
    this.#reader = reader;
    for (const piece of this.#queue.splice(0)) reader.piece(piece);
    if (this.#ended) reader.ended();
  }

  push(piece: Uint8Array): void {
    if (this.#reader) {
      this.#reader.piece(piece);
      return;
    }
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) waiting({ done: false, value: piece });
    else this.#queue.push(piece);
  }

  /** Ends the stream; queued pieces can still be read. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#reader?.ended();
    this.#waiting?.({ done: true, value: undefined });
    this.#waiting = undefined;
  }

  /** Drops the queued pieces and ends the stream. */
  clear(): void {
    this.#queue.length = 0;
    this.#reader = undefined;
    this.end();
  }

  next(): Promise<Step> {
    const value = this.#queue.shift();
    if (value) return Promise.resolve({ done: false, value });
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    // There is one reader, which asks for the next piece only after it has received the previous one.
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  return(): Promise<Step> {
    this.clear();
    return Promise.resolve({ done: true, value: undefined });
  }
}
