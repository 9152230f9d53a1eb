import { seededRandom } from '@hookline/runtime';
/** Choices that are the same for the same seed. Each part of a simulation has a generator of its own, so that one more choice in one part does not shift those of another. */
export class Random {
  /** A number from 0 up to, but not including, 1. */
  readonly next: () => number;

  /** @param seed - a whole number; neighbouring seeds give unrelated choices */
  constructor(seed: number) {
    this.next = seededRandom(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b));
  }

  /** A whole number from `least` to `most`, both included. */
  integer(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** True in a share of `probability` of the cases. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.integer(0, items.length - 1)] ?? items[0];
  }

  /** One of the items, each as often as its weight says. */
  weighted<Item>(items: readonly [readonly [number, Item], ...(readonly [number, Item])[]]): Item {
    let left = this.next() * items.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, item] of items) {
      left -= weight;
      if (left < 0) return item;
    }
    return items[0][1];
  }

  /** A generator of its own. */
  fork(): Random {
    return new Random(this.integer(0, 2 ** 31));
  }
}
