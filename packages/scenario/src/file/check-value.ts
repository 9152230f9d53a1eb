import { closestName } from '@hookline/runtime';

/** A JSON Schema with what the checker knows of it besides. */
export interface PartSchema {
  readonly type?: string | undefined;
  readonly const?: unknown | undefined;
  readonly anyOf?: readonly PartSchema[] | undefined;
  readonly properties?: Readonly<Record<string, PartSchema>> | undefined;
  readonly patternProperties?: Readonly<Record<string, PartSchema>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly items?: PartSchema | undefined;
  readonly minItems?: number | undefined;
  readonly minProperties?: number | undefined;
  readonly pattern?: string | undefined;
  readonly minLength?: number | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly exclusiveMinimum?: number | undefined;
  readonly expects?: string | undefined;
  readonly example?: string | undefined;
  readonly check?: string | undefined;
}

/** Where a value stands: keys and indices from the document down. */
export type ValuePath = readonly (string | number)[];

/** A fault of a value, or of the name of a key. */
export interface ValueFault {
  readonly path: ValuePath;
  /** Whether it is the key that is wrong, not what stands behind it. */
  readonly atKey: boolean;
  readonly message: string;
  readonly expected: string;
  readonly suggestion: string;
}

/** What the checker is told of and asks for. */
export interface CheckContext {
  fault(fault: ValueFault): void;
  /** A text with a look that no pattern can take. */
  look(check: string, text: string, path: ValuePath, schema: PartSchema): void;
  /** How a value stands in the file, for a suggestion. */
  source(path: ValuePath): string;
}

/**
 * Checks a value by a schema and tells of everything that is wrong. Of alternatives the one is taken that the value was
 * most likely meant to be, so that a message is about the fault and not about all alternatives.
 *
 * @param others - the keys that tell alternatives of a map: only one of them may be there
 */
export function checkValue(
  schema: PartSchema,
  value: unknown,
  path: ValuePath,
  context: CheckContext,
  others: readonly string[] = [],
): void {
  if (schema.anyOf) {
    checkAlternatives(schema, schema.anyOf, value, path, context);
    return;
  }
  const wrong = (message: string, suggestion?: string) =>
    context.fault({
      path,
      atKey: false,
      message,
      expected: expectation(schema),
      suggestion: suggestion ?? suggestionFor(schema),
    });
  if ('const' in schema) {
    if (value !== schema.const) wrong(`got ${shown(value)}`, `write ${String(schema.const)}`);
    return;
  }
  switch (schema.type) {
    case 'string':
      checkText(schema, value, path, context, wrong);
      return;
    case 'number':
    case 'integer':
      if (!isNumberOf(schema, value)) wrong(`got ${shown(value)}`);
      return;
    case 'boolean':
      if (typeof value !== 'boolean') wrong(`got ${shown(value)}`);
      return;
    case 'array':
      if (!Array.isArray(value)) {
        wrong(
          `got ${shown(value)}`,
          typeof value === 'string' ? `write [${value}]` : 'put "- " before each entry',
        );
        return;
      }
      if (value.length < (schema.minItems ?? 0)) wrong('got an empty list');
      for (const [index, entry] of value.entries()) {
        if (schema.items) checkValue(schema.items, entry, [...path, index], context);
      }
      return;
    default:
      checkMap(schema, value, path, context, wrong, others);
  }
}

type Wrong = (message: string, suggestion?: string) => void;

function checkText(
  schema: PartSchema,
  value: unknown,
  path: ValuePath,
  context: CheckContext,
  wrong: Wrong,
): void {
  if (typeof value === 'string') {
    if (value.length < (schema.minLength ?? 0)) wrong('got an empty text');
    else if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value))
      wrong(`got ${shown(value)}`);
    else if (schema.check !== undefined) context.look(schema.check, value, path, schema);
    return;
  }
  const source = context.source(path);
  if (typeof value === 'number' || typeof value === 'boolean') {
    const kind = typeof value === 'number' ? 'the number' : 'the truth value';
    const fits = schema.pattern === undefined || new RegExp(schema.pattern).test(source);
    const asTime = schema.check === 'duration' && typeof value === 'number' && value > 0;
    const cure = fits
      ? `put it in quotes: "${source}"`
      : asTime
        ? `write its unit: ${source}ms or ${source}s`
        : suggestionFor(schema);
    const cut = source === String(value) ? '' : `, which YAML reads as ${value}`;
    wrong(`got ${kind} ${source}${cut}`, cure);
    return;
  }
  if (value === null) {
    wrong(
      'got nothing',
      `${suggestionFor(schema)}; what stands behind # is a comment unless it is in quotes`,
    );
    return;
  }
  wrong(`got ${shown(value)}`);
}

function checkMap(
  schema: PartSchema,
  value: unknown,
  path: ValuePath,
  context: CheckContext,
  wrong: Wrong,
  others: readonly string[] = [],
): void {
  if (!isRecord(value)) {
    wrong(`got ${shown(value)}`);
    return;
  }
  const known = schema.properties ?? {};
  const [anyValue] = Object.values(schema.patternProperties ?? {});
  const names = Object.keys(known);
  const given = Object.keys(value);
  for (const key of given) {
    const part = Object.hasOwn(known, key) ? known[key] : anyValue;
    if (part) {
      checkValue(part, value[key], [...path, key], context);
      continue;
    }
    const meant = meantName(
      key,
      names.filter((name) => !given.includes(name)),
    );
    context.fault({
      path: [...path, key],
      atKey: true,
      message: `there is no key ${shown(key)} here`,
      expected: names.length === 0 ? 'no key' : `one of ${names.join(', ')}`,
      suggestion:
        meant === undefined
          ? others.includes(key)
            ? `keep one of ${[...names.slice(0, 1), key].join(' and ')}; the other needs a place of its own`
            : 'leave it out, or move it to where it belongs'
          : `write ${meant}`,
    });
  }
  for (const name of schema.required ?? []) {
    if (Object.hasOwn(value, name)) continue;
    context.fault({
      path,
      atKey: false,
      message: `${name} is missing`,
      expected: `${name}: ${expectation(known[name] ?? {})}`,
      suggestion: `add ${name}: ${known[name]?.example ?? '…'}`,
    });
  }
  if (given.length < (schema.minProperties ?? 0))
    wrong('got nothing to look at', `add one of ${names.join(', ')}`);
}

function checkAlternatives(
  schema: PartSchema,
  all: readonly PartSchema[],
  value: unknown,
  path: ValuePath,
  context: CheckContext,
): void {
  const flat = all.flatMap((one) => one.anyOf ?? [one]);
  const words = flat.flatMap(({ const: word }) => (typeof word === 'string' ? [word] : []));
  const maps = flat.filter(({ properties }) => properties !== undefined);
  const text = flat.find(({ type, const: word }) => type === 'string' && word === undefined);
  if (typeof value === 'string' && words.includes(value)) return;
  if (isRecord(value) && maps.length > 0) {
    checkForms(schema, maps, value, path, context);
    return;
  }
  if (text && !isRecord(value) && !Array.isArray(value)) {
    checkValue({ ...text, expects: expectation(schema) }, value, path, context);
    return;
  }
  const heads = maps.flatMap(({ required = [] }) => required.slice(0, 1));
  const asHead = typeof value === 'string' && heads.includes(value) ? value : undefined;
  const meant = typeof value === 'string' ? meantName(value, words) : undefined;
  context.fault({
    path,
    atKey: false,
    message: `got ${shown(value)}`,
    expected: expectation(schema),
    suggestion:
      asHead !== undefined
        ? `write what it has to be behind it, as in ${asHead}: …`
        : meant === undefined
          ? suggestionFor(schema)
          : `write ${meant}`,
  });
}

/** Of maps that differ in one key the one whose key is there. */
function checkForms(
  schema: PartSchema,
  forms: readonly PartSchema[],
  value: Readonly<Record<string, unknown>>,
  path: ValuePath,
  context: CheckContext,
): void {
  const given = Object.keys(value);
  const headOf = ({ required = [] }: PartSchema) => required[0] ?? '';
  const heads = forms.map(headOf);
  const form = forms.find((one) => given.includes(headOf(one)));
  if (form) {
    checkValue(form, value, path, context, heads);
    return;
  }
  const [wrong, meant] = given
    .map((key) => [key, meantName(key, heads)] as const)
    .find(([, head]) => head !== undefined) ?? [given[0]];
  context.fault({
    path: wrong === undefined ? path : [...path, wrong],
    atKey: wrong !== undefined,
    message: wrong === undefined ? 'got an empty map' : `there is no key ${shown(wrong)} here`,
    expected: expectation(schema),
    suggestion: meant === undefined ? `begin with one of ${heads.join(', ')}` : `write ${meant}`,
  });
}

/** The name that was probably meant: one that is nearly the same, or that one begins with the other. */
function meantName(given: string, names: readonly string[]): string | undefined {
  const lower = given.toLowerCase();
  return (
    closestName(given, names) ??
    names.find((name) => lower.startsWith(name) || (lower !== '' && name.startsWith(lower)))
  );
}

function isNumberOf(schema: PartSchema, value: unknown): boolean {
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY, exclusiveMinimum } = schema;
  if (schema.type === 'integer' && !Number.isInteger(value)) return false;
  return value >= minimum && value <= maximum && (exclusiveMinimum === undefined || value > exclusiveMinimum);
}

function expectation({ expects, type, const: only, anyOf }: PartSchema): string {
  if (expects !== undefined) return expects;
  if (only !== undefined) return String(only);
  const words = (anyOf ?? []).flatMap(({ const: word }) => (typeof word === 'string' ? [word] : []));
  if (words.length > 0) return `one of ${words.join(', ')}`;
  return type === 'object' ? 'a map of keys' : type === 'array' ? 'a list' : `a ${type ?? 'value'}`;
}

function suggestionFor(schema: PartSchema): string {
  return schema.example === undefined ? `write ${expectation(schema)}` : `write it as ${schema.example}`;
}

/** Characters of a value that are shown. */
const LONGEST_SHOWN = 60;

function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
