import { runtimeError } from './runtime-error.js';

/** A binary heap: `first` is constant time, `push` and `pop` are logarithmic. Equal items may occur more than once. */
export class MinHeap<Item> {
  readonly #items: Item[] = [];
  readonly #compare: (a: Item, b: Item) => number;

  /** @param compare - below 0 when `a` comes before `b`, 0 when they are equal */
  constructor(compare: (a: Item, b: Item) => number) {
    this.#compare = compare;
  }

  /** The first item in order; undefined if empty. */
  get first(): Item | undefined {
    return this.#items[0];
  }

  /** The number of items. */
  get size(): number {
    return this.#items.length;
  }

  /**
   * @throws HooklineError `RUNTIME_BAD_OPTION` for an item that does not equal itself, such as NaN, which would break the
   *   order of all other items
   */
  push(item: Item): void {
    if (this.#compare(item, item) !== 0)
      throw runtimeError(
        'RUNTIME_BAD_OPTION',
        `MinHeap.push: got ${item}; expected an item that can be ordered`,
      );
    const items = this.#items;
    let at = items.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = items[above];
      if (parent === undefined || this.#compare(parent, item) <= 0) break;
      items[at] = parent;
      at = above;
    }
    items[at] = item;
  }

  /** Removes and returns the first item; undefined when empty. */
  pop(): Item | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      let child = items[below];
      if (child === undefined) break;
      const right = items[below + 1];
      if (right !== undefined && this.#compare(right, child) < 0) {
        below += 1;
        child = right;
      }
      if (this.#compare(last, child) <= 0) break;
      items[at] = child;
      at = below;
    }
    items[at] = last;
    return first;
  }

  /** Replaces all items; faster than pushing the new ones in any order. */
  replace(items: Iterable<Item>): void {
    this.clear();
    // Sorted items are in heap order, so that no push moves an item.
    for (const item of [...items].sort(this.#compare)) this.push(item);
  }

  clear(): void {
    this.#items.length = 0;
  }
}
