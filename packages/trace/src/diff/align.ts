/** A thing of A, a thing of B, or the two that belong together; never neither. */
export interface Pair<T> {
  readonly a?: T;
  readonly b?: T;
}

/** How far ahead the same thing is looked for, in things of both lists together. */
const LONGEST_LOOK_AHEAD = 400;

/** Where nothing near is the same, so many things of each list are paired by type before it is looked for again. */
const UNLIKE_AT_ONCE = 200;

/** How what is put side by side is compared. */
export interface Likeness<T> {
  /** Text that is equal for equal things. */
  same(thing: T): string;
  /** Text that is equal for things that may be two versions of one. */
  type(thing: T): string;
}

/**
 * Puts two lists side by side while they come. What is the same stands together; between two such places, things of one
 * type are paired in their order. Time grows with the length of the lists, not with its square, and memory with neither
 * where both come at about the same pace.
 */
export class Alignment<T> {
  readonly #likeness: Likeness<T>;
  readonly #a: T[] = [];
  readonly #b: T[] = [];
  readonly #keysA: string[] = [];
  readonly #keysB: string[] = [];

  constructor(likeness: Likeness<T>) {
    this.#likeness = likeness;
  }

  /** Takes the next thing of one list; gives the pairs that are sure by now. */
  push(side: 'a' | 'b', thing: T): Pair<T>[] {
    (side === 'a' ? this.#a : this.#b).push(thing);
    (side === 'a' ? this.#keysA : this.#keysB).push(this.#likeness.same(thing));
    return this.#take(false);
  }

  /** Both lists are over: the pairs of what is left. */
  end(): Pair<T>[] {
    return this.#take(true);
  }

  #take(ended: boolean): Pair<T>[] {
    const pairs: Pair<T>[] = [];
    while (this.#a.length > 0 || this.#b.length > 0) {
      const known = ended || Math.min(this.#a.length, this.#b.length) > LONGEST_LOOK_AHEAD;
      if (!known && (this.#keysA[0] === undefined || this.#keysA[0] !== this.#keysB[0])) break;
      const near = nextSame(this.#keysA, this.#keysB);
      const [skipA, skipB] = near ?? [
        Math.min(this.#a.length, UNLIKE_AT_ONCE),
        Math.min(this.#b.length, UNLIKE_AT_ONCE),
      ];
      pairs.push(...pairByType(this.#shift('a', skipA), this.#shift('b', skipB), this.#likeness));
      if (!near) continue;
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

/** How much of each list is to be passed over until both have the same; undefined where that is not near. */
function nextSame(a: readonly string[], b: readonly string[]): [number, number] | undefined {
  for (let skip = 0; skip <= LONGEST_LOOK_AHEAD; skip++) {
    for (let skipA = 0; skipA <= skip; skipA++) {
      const key = a[skipA];
      if (key !== undefined && key === b[skip - skipA]) return [skipA, skip - skipA];
    }
  }
  return undefined;
}

function pairByType<T>(a: readonly T[], b: readonly T[], { type }: Likeness<T>): Pair<T>[] {
  const left = [...b];
  const pairs = a.map((thing): Pair<T> => {
    const at = left.findIndex((other) => type(other) === type(thing));
    const [found] = at < 0 ? [] : left.splice(at, 1);
    return found === undefined ? { a: thing } : { a: thing, b: found };
  });
  return [...pairs, ...left.map((thing) => ({ b: thing }))];
}
