/** An item of A, an item of B, or two items that match; at least one is present. */
export interface Pair<T> {
  readonly a?: T;
  readonly b?: T;
}

/** How far ahead to search for a match, in items of both lists together. */
const MAX_LOOKAHEAD = 400;

/** Without a match nearby, this many items of each list are paired by type before the next search. */
const UNMATCHED_BATCH = 200;

/** How items are compared. */
export interface Comparison<T> {
  /** Returns a text that is equal for equal items. */
  same(thing: T): string;
  /** Returns a text that is equal for items that may be two versions of the same item. */
  type(thing: T): string;
}

/**
 * Aligns two lists incrementally. Equal items are paired; between two such pairs, items of the same type are paired in
 * order. Time is linear in the length of the lists; memory is constant if both lists arrive at about the same pace.
 */
export class Alignment<T> {
  readonly #comparison: Comparison<T>;
  readonly #a: T[] = [];
  readonly #b: T[] = [];
  readonly #keysA: string[] = [];
  readonly #keysB: string[] = [];

  constructor(comparison: Comparison<T>) {
    this.#comparison = comparison;
  }

  /** Adds the next item of one list. Returns the pairs that are final. */
  push(side: 'a' | 'b', thing: T): Pair<T>[] {
    (side === 'a' ? this.#a : this.#b).push(thing);
    (side === 'a' ? this.#keysA : this.#keysB).push(this.#comparison.same(thing));
    return this.#take(false);
  }

  /** Ends both lists. Returns the remaining pairs. */
  end(): Pair<T>[] {
    return this.#take(true);
  }

  #take(ended: boolean): Pair<T>[] {
    const pairs: Pair<T>[] = [];
    while (this.#a.length > 0 || this.#b.length > 0) {
      const known = ended || Math.min(this.#a.length, this.#b.length) > MAX_LOOKAHEAD;
      if (!known && (this.#keysA[0] === undefined || this.#keysA[0] !== this.#keysB[0])) break;
      const match = nextSame(this.#keysA, this.#keysB);
      const [skipA, skipB] = match ?? [
        Math.min(this.#a.length, UNMATCHED_BATCH),
        Math.min(this.#b.length, UNMATCHED_BATCH),
      ];
      pairs.push(...pairByType(this.#shift('a', skipA), this.#shift('b', skipB), this.#comparison));
      if (!match) continue;
      const [[a], [b]] = [this.#shift('a', 1), this.#shift('b', 1)];
      if (a !== undefined && b !== undefined) pairs.push({ a, b });
    }
    return pairs;
  }

  #shift(side: 'a' | 'b', count: number): T[] {
    (side === 'a' ? this.#keysA : this.#keysB).splice(0, count);
    return (side === 'a' ? this.#a : this.#b).splice(0, count);
  }
}

/** How many items of each list to skip until both match; undefined without a match nearby. */
function nextSame(a: readonly string[], b: readonly string[]): [number, number] | undefined {
  for (let skip = 0; skip <= MAX_LOOKAHEAD; skip++) {
    for (let skipA = 0; skipA <= skip; skipA++) {
      const key = a[skipA];
      if (key !== undefined && key === b[skip - skipA]) return [skipA, skip - skipA];
    }
  }
  return undefined;
}

function pairByType<T>(a: readonly T[], b: readonly T[], { type }: Comparison<T>): Pair<T>[] {
  const left = [...b];
  const pairs = a.map((thing): Pair<T> => {
    const at = left.findIndex((other) => type(other) === type(thing));
    const [found] = at < 0 ? [] : left.splice(at, 1);
    return found === undefined ? { a: thing } : { a: thing, b: found };
  });
  return [...pairs, ...left.map((thing) => ({ b: thing }))];
}
