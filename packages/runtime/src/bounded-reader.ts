/** Options of `BoundedReader`. */
export interface BoundedReaderOptions<Item extends object> {
  /** The maximum size of the buffer, in the unit of `sizeOf`. The newest item is kept even if it is larger. */
  readonly max: number;
  /** The size of an item; default 1, so that `max` is a number of items. */
  readonly sizeOf?: (item: Item) => number;
  /** Called when the reader leaves its loop early. */
  readonly onReturn?: () => void;
}

/**
 * An async iterator over pushed items that never blocks the writer: beyond the bound, the oldest items are dropped.
 */
// Not `AsyncIterableIterator<Item, undefined>`: before TypeScript 5.6 that has one parameter, and the published types
// would not compile.
export class BoundedReader<Item extends object>
  implements AsyncIterable<Item>, AsyncIterator<Item, undefined>
{
  readonly #options: BoundedReaderOptions<Item>;
  readonly #queue: Item[] = [];
  readonly #waiting: ((step: IteratorResult<Item, undefined>) => void)[] = [];
  #size = 0;
  #ended = false;

  constructor(options: BoundedReaderOptions<Item>) {
    this.#options = options;
  }

  /** Whether `end` was called or the reader left its loop. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Adds an item. Returns the number of dropped older items. */
  push(item: Item): number {
    if (this.#ended) return 0;
    const waiting = this.#waiting.shift();
    if (waiting) {
      waiting({ done: false, value: item });
      return 0;
    }
    this.#queue.push(item);
    this.#size += this.#sizeOf(item);
    let dropped = 0;
    while (this.#size > this.#options.max && this.#queue.length > 1) {
      this.#shift();
      dropped += 1;
    }
    return dropped;
  }

  /** Ends the iterator; buffered items can still be read. Idempotent. */
  end(): void {
    this.#ended = true;
    for (const waiting of this.#waiting.splice(0)) waiting({ done: true, value: undefined });
  }

  next(): Promise<IteratorResult<Item, undefined>> {
    const value = this.#shift();
    if (value) return Promise.resolve({ done: false, value });
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    // Several calls may be pending: one that lost a race against a timer, and the next.
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  return(): Promise<IteratorResult<Item, undefined>> {
    this.#queue.length = 0;
    this.#size = 0;
    this.end();
    this.#options.onReturn?.();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #shift(): Item | undefined {
    const item = this.#queue.shift();
    if (item) this.#size -= this.#sizeOf(item);
    return item;
  }

  #sizeOf(item: Item): number {
    return this.#options.sizeOf?.(item) ?? 1;
  }
}
