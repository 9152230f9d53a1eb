/** Deepest nesting that is checked. */
const MAX_DEPTH = 32;

type Schema = Readonly<Record<string, unknown>>;

/**
 * Validates a value against a JSON Schema. Returns the first fault (where, and what was expected), or undefined. Supports
 * the keywords that tools of speech services use: `type`, `enum`, `const`, `properties`, `required`,
 * `additionalProperties`, `items`, `anyOf`, `oneOf`, `allOf`, bounds of numbers, lengths and `pattern`. Other keywords are
 * ignored.
 */
export function schemaFault(schema: Schema, value: unknown, path = '', depth = 0): string | undefined {
  if (depth > MAX_DEPTH) return `${at(path)} is nested too deeply`;
  if ('const' in schema && !same(schema['const'], value))
    return `${at(path)} must be ${JSON.stringify(schema['const'])}`;
  const choices = schema['enum'];
  if (Array.isArray(choices) && !choices.some((choice) => same(choice, value))) {
    return `${at(path)} must be one of ${JSON.stringify(choices)}`;
  }
  return (
    typeFault(schema['type'], value, path) ??
    numberRange(schema, value, path) ??
    textRange(schema, value, path) ??
    objectFault(schema, value, path, depth) ??
    arrayFault(schema, value, path, depth) ??
    combined(schema, value, path, depth)
  );
}

/** Where a schema has a `pattern` that is no regular expression, and the pattern; undefined if there is none. */
export function badPattern(
  schema: Schema,
  path = '',
  depth = 0,
): { readonly where: string; readonly pattern: string } | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const { pattern } = schema;
  if (typeof pattern === 'string' && !compiled(pattern)) return { where: at(path), pattern };
  for (const [step, member] of members(schema)) {
    const bad = badPattern(member, step === '' ? path : `${path}.${step}`, depth + 1);
    if (bad) return bad;
  }
  return undefined;
}

/** The schemas in a schema, each with its step of the path, which is empty for those of the same value. */
function members(schema: Schema): readonly (readonly [step: string, member: Schema])[] {
  const { properties, additionalProperties, items } = schema;
  const all: readonly (readonly [string, unknown])[] = [
    ...(isObject(properties) ? Object.entries(properties) : []),
    ['*', additionalProperties],
    ['*', items],
    ...['allOf', 'anyOf', 'oneOf'].flatMap((key) => schema[key]).map((member) => ['', member] as const),
  ];
  return all.flatMap(([step, member]) => (isObject(member) ? [[step, member] as const] : []));
}

/**
 * The regular expression of a `pattern`. JSON Schema recommends those with the flag `u`, but many of other dialects are in
 * use, such as `\-`, which it does not allow. Without the flag, `\p{…}` and `\u{…}` would match something else.
 */
function compiled(pattern: string): RegExp | undefined {
  for (const flags of needsUnicodeFlag(pattern) ? ['u'] : ['u', '']) {
    try {
      return new RegExp(pattern, flags);
    } catch {
      // The next flags may allow it.
    }
  }
  return undefined;
}

/** Whether a pattern has an escape that means something else without the flag `u`. */
export function needsUnicodeFlag(pattern: string): boolean {
  // A backslash after another one begins no escape.
  return /\\(?:p|P|u)\{/.test(pattern.replaceAll('\\\\', ''));
}

const at = (path: string) => (path === '' ? 'the arguments' : path.slice(1));

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function typeFault(type: unknown, value: unknown, path: string): string | undefined {
  const types = typeof type === 'string' ? [type] : Array.isArray(type) ? type : [];
  if (types.length === 0 || types.some((name) => isOf(name, value))) return undefined;
  return `${at(path)} must be of type ${types.join(' or ')}`;
}

function isOf(type: unknown, value: unknown): boolean {
  switch (type) {
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'null':
      return value === null;
    default:
      return typeof value === type;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function numberRange(schema: Schema, value: unknown, path: string): string | undefined {
  if (typeof value !== 'number') return undefined;
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (typeof minimum === 'number' && value < minimum) return `${at(path)} must be ${minimum} or more`;
  if (typeof maximum === 'number' && value > maximum) return `${at(path)} must be ${maximum} or less`;
  if (typeof exclusiveMinimum === 'number' && value <= exclusiveMinimum)
    return `${at(path)} must be above ${exclusiveMinimum}`;
  if (typeof exclusiveMaximum === 'number' && value >= exclusiveMaximum)
    return `${at(path)} must be below ${exclusiveMaximum}`;
  return undefined;
}

function textRange(schema: Schema, value: unknown, path: string): string | undefined {
  if (typeof value !== 'string') return undefined;
  const { minLength, maxLength, pattern } = schema;
  if (typeof minLength === 'number' && value.length < minLength)
    return `${at(path)} must have ${minLength} characters or more`;
  if (typeof maxLength === 'number' && value.length > maxLength)
    return `${at(path)} must have ${maxLength} characters or fewer`;
  if (typeof pattern === 'string' && compiled(pattern)?.test(value) === false)
    return `${at(path)} must match ${pattern}`;
  return undefined;
}

function objectFault(schema: Schema, value: unknown, path: string, depth: number): string | undefined {
  if (!isObject(value)) return undefined;
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  for (const name of required) {
    if (typeof name === 'string' && !Object.hasOwn(value, name)) return `${at(`${path}.${name}`)} is missing`;
  }
  for (const [name, member] of Object.entries(value)) {
    const own = Object.hasOwn(properties, name) ? properties[name] : schema['additionalProperties'];
    if (own === false) return `${at(`${path}.${name}`)} is not a known property`;
    const fault = isObject(own) ? schemaFault(own, member, `${path}.${name}`, depth + 1) : undefined;
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function arrayFault(schema: Schema, value: unknown, path: string, depth: number): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const { items, minItems, maxItems } = schema;
  if (typeof minItems === 'number' && value.length < minItems)
    return `${at(path)} must have ${minItems} items or more`;
  if (typeof maxItems === 'number' && value.length > maxItems)
    return `${at(path)} must have ${maxItems} items or fewer`;
  if (!isObject(items)) return undefined;
  for (const [index, item] of value.entries()) {
    const fault = schemaFault(items, item, `${path}.${index}`, depth + 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function combined(schema: Schema, value: unknown, path: string, depth: number): string | undefined {
  const faults = (key: string) => {
    const members = schema[key];
    if (!Array.isArray(members)) return undefined;
    return members.filter(isObject).map((member) => schemaFault(member, value, path, depth + 1));
  };
  const all = faults('allOf')?.find((fault) => fault !== undefined);
  if (all !== undefined) return all;
  const any = faults('anyOf');
  if (any && any.length > 0 && !any.includes(undefined)) return any[0];
  const one = faults('oneOf');
  if (one && one.filter((fault) => fault === undefined).length !== 1)
    return one[0] ?? `${at(path)} matches more than one schema of oneOf`;
  return undefined;
}
