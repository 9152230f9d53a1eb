/** Numbers, the least at hand: push and pop in logarithmic time. May hold a number more than once. */
export class MinHeap {
  readonly #items: number[] = [];

  /** The least number; undefined when empty. */
  get least(): number | undefined {
    return this.#items[0];
  }

  /** How many numbers it holds. */
  get size(): number {
    return this.#items.length;
  }

  /** @throws RangeError for what is not finite: one NaN would put all the others out of order */
  push(item: number): void {
    if (!Number.isFinite(item)) throw new RangeError(`MinHeap.push: got ${item}; expected a finite number`);
    const items = this.#items;
    let at = items.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = items[above];
      if (parent === undefined || parent <= item) break;
      items[at] = parent;
      at = above;
    }
    items[at] = item;
  }

  /** Takes the least number out. */
  pop(): number | undefined {
    const items = this.#items;
    const least = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return least;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      let child = items[below];
      if (child === undefined) break;
      const right = items[below + 1];
      if (right !== undefined && right < child) {
        below += 1;
        child = right;
      }
      if (last <= child) break;
      items[at] = child;
      at = below;
    }
    items[at] = last;
    return least;
  }

  /** Holds these numbers in place of what it held, in less time than pushing them would take. */
  replace(items: Iterable<number>): void {
    this.clear();
    // In order is in heap order.
    for (const item of Float64Array.from(items).sort()) this.push(item);
  }

  clear(): void {
    this.#items.length = 0;
  }
}
