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
export function changesBetween(a: JsonValue | undefined, b: JsonValue | undefined, path = ''): ValueChange[] {
  if (a === b) return [];
  if (isList(a) && isList(b)) {
    return Array.from({ length: Math.max(a.length, b.length) }, (_, index) =>
      changesBetween(a[index], b[index], `${path}[${index}]`),
    ).flat();
  }
  if (isObject(a) && isObject(b)) {
    const names = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...names].flatMap((name) =>
      changesBetween(own(a, name), own(b, name), path === '' ? name : `${path}.${name}`),
    );
  }
  return [{ path, a, b }];
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
