import { seededRandom } from '@hookline/runtime';

/**
 * A seeded random number generator. Each part of a simulation has its own, so that an additional choice in one part does
 * not change the choices of another.
 */
export class Random {
  /** A number from 0 up to, but not including, 1. */
  readonly next: () => number;

  /** @param seed - an integer; consecutive seeds give unrelated choices */
  constructor(seed: number) {
    this.next = seededRandom(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b));
  }

  /** An integer from `least` to `most`, both included. */
  integer(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.integer(0, items.length - 1)] ?? items[0];
  }

  /** One of the items, with a probability in proportion to its weight. */
  weighted<Item>(items: readonly [readonly [number, Item], ...(readonly [number, Item])[]]): Item {
    let left = this.next() * items.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, item] of items) {
      left -= weight;
      if (left < 0) return item;
    }
    return items[0][1];
  }

  /** An independent generator. */
  fork(): Random {
    return new Random(this.integer(0, 2 ** 31));
  }
}
