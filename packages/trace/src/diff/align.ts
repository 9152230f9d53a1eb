/** A thing of A, a thing of B, or the two that belong together; never neither. */
export interface Pair<T> {
  readonly a?: T;
  readonly b?: T;
}

/** How far ahead the same thing is looked for, in things of both lists together. */
const LONGEST_LOOK_AHEAD = 400;

/**
 * Puts two lists side by side. What is the same stands together; between two such places, things of one type are
 * paired in their order. Time and memory grow with the length of the lists, not with its square.
 *
 * @param same - text that is equal for equal things
 * @param type - text that is equal for things that may be two versions of one
 */
export function align<T>(
  a: readonly T[],
  b: readonly T[],
  same: (thing: T) => string,
  type: (thing: T) => string,
): Pair<T>[] {
  const keysA = a.map(same);
  const keysB = b.map(same);
  const pairs: Pair<T>[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const [skipA, skipB] = nextSame(keysA, keysB, i, j) ?? [a.length - i, b.length - j];
    pairs.push(...pairByType(a.slice(i, i + skipA), b.slice(j, j + skipB), type));
    i += skipA;
    j += skipB;
    const [thingA, thingB] = [a[i], b[j]];
    if (thingA !== undefined && thingB !== undefined) pairs.push({ a: thingA, b: thingB });
    i += 1;
    j += 1;
  }
  return pairs;
}

/** How much of each list is to be passed over until both have the same; undefined where that is not near. */
function nextSame(
  a: readonly string[],
  b: readonly string[],
  i: number,
  j: number,
): [number, number] | undefined {
  for (let skip = 0; skip <= LONGEST_LOOK_AHEAD; skip++) {
    for (let skipA = 0; skipA <= skip; skipA++) {
      const key = a[i + skipA];
      if (key !== undefined && key === b[j + skip - skipA]) return [skipA, skip - skipA];
    }
  }
  return undefined;
}

function pairByType<T>(a: readonly T[], b: readonly T[], type: (thing: T) => string): Pair<T>[] {
  const left = [...b];
  const pairs = a.map((thing): Pair<T> => {
    const at = left.findIndex((other) => type(other) === type(thing));
    const [found] = at < 0 ? [] : left.splice(at, 1);
    return found === undefined ? { a: thing } : { a: thing, b: found };
  });
  return [...pairs, ...left.map((thing) => ({ b: thing }))];
}
