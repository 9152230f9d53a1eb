/** Any JSON value. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** Parses the object in a text frame; undefined if it is not one. */
export function jsonObject(text: string): Readonly<Record<string, JsonValue>> | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A difference between two values. */
export interface ValueChange {
  /** The path, such as `parameters.entities[0].type`; empty for the value itself. */
  readonly path: string;
  /** Undefined if A has no value there. */
  readonly a: JsonValue | undefined;
  /** Undefined if B has no value there. */
  readonly b: JsonValue | undefined;
}

/** The differences between two values, in the order of A. The order of fields is ignored. */
export function changesBetween(a: JsonValue | undefined, b: JsonValue | undefined): ValueChange[] {
  const changes: ValueChange[] = [];
  // A list instead of recursion, because values may be nested deeper than the stack allows. The next pair is the last.
  const pairs: ValueChange[] = [{ path: '', a, b }];
  for (let pair = pairs.pop(); pair; pair = pairs.pop()) {
    if (pair.a === pair.b) continue;
    const inner = pairsWithin(pair);
    if (!inner) changes.push(pair);
    else for (const one of inner.reverse()) pairs.push(one);
  }
  return changes;
}

/** The pairs of values within two lists or two objects; undefined for other values. */
function pairsWithin({ path, a, b }: ValueChange): ValueChange[] | undefined {
  if (isList(a) && isList(b)) {
    return Array.from({ length: Math.max(a.length, b.length) }, (_, index) => ({
      path: `${path}[${index}]`,
      a: a[index],
      b: b[index],
    }));
  }
  if (isObject(a) && isObject(b)) {
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].map((name) => ({
      path: path === '' ? name : `${path}.${name}`,
      a: own(a, name),
      b: own(b, name),
    }));
  }
  return undefined;
}

/** A text that is equal for values that differ only in the order of fields. */
export function canonical(value: JsonValue): string {
  return JSON.stringify(value, (_, inner: JsonValue) =>
    isObject(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}

function own(object: Readonly<Record<string, JsonValue>>, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

const isList = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value);

function isObject(value: JsonValue | undefined): value is Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null && !isList(value);
}
