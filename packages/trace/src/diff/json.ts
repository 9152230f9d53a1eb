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

/** One place where two values differ. */
export interface ValueChange {
  /** Such as `parameters.entities[0].type`; empty for the value itself. */
  readonly path: string;
  /** Undefined where A has nothing there. */
  readonly a: JsonValue | undefined;
  /** Undefined where B has nothing there. */
  readonly b: JsonValue | undefined;
}

/** Where two values differ, in the order of A; the order of the fields of an object does not count. */
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

/** The same text for values that differ in nothing but the order of fields. */
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
