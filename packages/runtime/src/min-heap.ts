/** Numbers, the least at hand: push and pop in logarithmic time. May hold a number more than once. */
export class MinHeap {
  readonly #items: number[] = [];

  /** The least number; undefined when empty. */
  get least(): number | undefined {
    return this.#items[0];
  }

  push(item: number): void {
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

  clear(): void {
    this.#items.length = 0;
  }
}
