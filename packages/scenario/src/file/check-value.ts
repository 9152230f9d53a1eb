import { closestName, isRecord } from '@hookline/runtime';

/** A JSON Schema with the additional facts that the checker uses. */
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

/** The location of a value: keys and indices from the root of the document. */
export type ValuePath = readonly (string | number)[];

/** Something wrong with a value or with the name of a key. */
export interface ValueFault {
  readonly path: ValuePath;
  /** Whether the key is wrong, rather than its value. */
  readonly atKey: boolean;
  readonly message: string;
  readonly expected: string;
  readonly suggestion: string;
}

/** Callbacks of `checkValue`. */
export interface CheckContext {
  report(fault: ValueFault): void;
  /** Called for a text whose schema has a `check` that a pattern cannot express. */
  checkText(check: string, text: string, path: ValuePath, schema: PartSchema): void;
  /** Returns a value as it is written in the file, for a suggestion. */
  source(path: ValuePath): string;
}

/**
 * Checks a value against a schema and reports every fault. If the schema has alternatives, the value is checked against
 * the one it most likely means, so that a message names the fault and not every alternative.
 *
 * @param alternativeKeys - the keys that distinguish the alternatives of a map; only one of them may be present
 */
export function checkValue(
  schema: PartSchema,
  value: unknown,
  path: ValuePath,
  context: CheckContext,
  alternativeKeys: readonly string[] = [],
): void {
  if (schema.anyOf) {
    checkAlternatives(schema, schema.anyOf, value, path, context);
    return;
  }
  const wrong = (message: string, suggestion?: string) =>
    context.report({
      path,
      atKey: false,
      message,
      expected: expectedText(schema),
      suggestion: suggestion ?? suggestionFor(schema),
    });
  if ('const' in schema) {
    if (value !== schema.const) wrong(`got ${describeYamlValue(value)}`, `write ${String(schema.const)}`);
    return;
  }
  switch (schema.type) {
    case 'string':
      checkText(schema, value, path, context, wrong);
      return;
    case 'number':
    case 'integer':
      if (!isValidNumber(schema, value)) wrong(`got ${describeYamlValue(value)}`);
      return;
    case 'boolean':
      if (typeof value !== 'boolean') wrong(`got ${describeYamlValue(value)}`);
      return;
    case 'array':
      if (!Array.isArray(value)) {
        wrong(
          `got ${describeYamlValue(value)}`,
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
      checkMap(schema, value, path, context, wrong, alternativeKeys);
  }
}

type ReportMismatch = (message: string, suggestion?: string) => void;

function checkText(
  schema: PartSchema,
  value: unknown,
  path: ValuePath,
  context: CheckContext,
  wrong: ReportMismatch,
): void {
  if (typeof value === 'string') {
    if (value.length < (schema.minLength ?? 0)) wrong('got an empty text');
    else if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value))
      wrong(`got ${describeYamlValue(value)}`);
    else if (schema.check !== undefined) context.checkText(schema.check, value, path, schema);
    return;
  }
  const source = context.source(path);
  if (typeof value === 'number' || typeof value === 'boolean') {
    const kind = typeof value === 'number' ? 'the number' : 'the truth value';
    const fits = schema.pattern === undefined || new RegExp(schema.pattern).test(source);
    const isTime = schema.check === 'duration' && typeof value === 'number' && value > 0;
    const suggestion = fits
      ? `put it in quotes: "${source}"`
      : isTime
        ? `write its unit: ${source}ms or ${source}s`
        : suggestionFor(schema);
    const parsedAs = source === String(value) ? '' : `, which YAML reads as ${value}`;
    wrong(`got ${kind} ${source}${parsedAs}`, suggestion);
    return;
  }
  if (value === null) {
    wrong('got nothing', `${suggestionFor(schema)}; text after # is a comment unless it is in quotes`);
    return;
  }
  wrong(`got ${describeYamlValue(value)}`);
}

function checkMap(
  schema: PartSchema,
  value: unknown,
  path: ValuePath,
  context: CheckContext,
  wrong: ReportMismatch,
  others: readonly string[] = [],
): void {
  const known = schema.properties ?? {};
  if (!isRecord(value)) {
    wrong(
      `got ${describeYamlValue(value)}`,
      schema.example === undefined ? mapExample(known, value) : undefined,
    );
    return;
  }
  const [anyValue] = Object.values(schema.patternProperties ?? {});
  const names = Object.keys(known);
  const given = Object.keys(value);
  for (const key of given) {
    const part = Object.hasOwn(known, key) ? known[key] : anyValue;
    if (part) {
      checkValue(part, value[key], [...path, key], context);
      continue;
    }
    const closest = closestKey(
      key,
      names.filter((name) => !given.includes(name)),
    );
    context.report({
      path: [...path, key],
      atKey: true,
      message: `there is no key ${describeYamlValue(key)} here`,
      expected: names.length === 0 ? 'no key' : `one of ${names.join(', ')}`,
      suggestion:
        closest === undefined
          ? others.includes(key)
            ? `keep one of ${[...names.slice(0, 1), key].join(' and ')}, and move the other elsewhere`
            : 'remove it, or move it to the right place'
          : `write ${closest}`,
    });
  }
  for (const name of schema.required ?? []) {
    if (Object.hasOwn(value, name)) continue;
    context.report({
      path,
      atKey: false,
      message: `${name} is missing`,
      expected: `${name}: ${expectedText(known[name] ?? {})}`,
      suggestion: `add ${name}: ${known[name]?.example ?? '…'}`,
    });
  }
  if (given.length < (schema.minProperties ?? 0)) wrong('got an empty map', `add one of ${names.join(', ')}`);
}

/** Suggests a map in place of a value: with the key that allows the value, or else with the first key. */
function mapExample(known: Readonly<Record<string, PartSchema>>, value: unknown): string | undefined {
  const isAllowed = ({ anyOf = [] }: PartSchema) =>
    typeof value === 'string' && anyOf.some(({ const: word }) => word === value);
  const [meant] = Object.entries(known).find(([, part]) => isAllowed(part)) ?? [];
  if (meant !== undefined) return `write { ${meant}: ${String(value)} }`;
  const [first] = Object.entries(known);
  return first && `write a map, as in { ${first[0]}: ${first[1].example ?? '…'} }`;
}

function checkAlternatives(
  schema: PartSchema,
  alternatives: readonly PartSchema[],
  value: unknown,
  path: ValuePath,
  context: CheckContext,
): void {
  const variants = alternatives.flatMap((one) => one.anyOf ?? [one]);
  const words = variants.flatMap(({ const: word }) => (typeof word === 'string' ? [word] : []));
  const maps = variants.filter(({ properties }) => properties !== undefined);
  const text = variants.find(({ type, const: word }) => type === 'string' && word === undefined);
  if (typeof value === 'string' && words.includes(value)) return;
  if (isRecord(value) && maps.length > 0) {
    checkForms(schema, maps, value, path, context);
    return;
  }
  if (text && !isRecord(value) && !Array.isArray(value)) {
    checkValue({ ...text, expects: expectedText(schema) }, value, path, context);
    return;
  }
  const discriminators = maps.flatMap(({ required = [] }) => required.slice(0, 1));
  const discriminator = typeof value === 'string' && discriminators.includes(value) ? value : undefined;
  const meant = typeof value === 'string' ? closestKey(value, words) : undefined;
  context.report({
    path,
    atKey: false,
    message: `got ${describeYamlValue(value)}`,
    expected: expectedText(schema),
    suggestion:
      discriminator !== undefined
        ? `write the expected value after it, as in ${discriminator}: …`
        : meant === undefined
          ? suggestionFor(schema)
          : `write ${meant}`,
  });
}

/** Checks a map against the alternative whose distinguishing key is present. */
function checkForms(
  schema: PartSchema,
  forms: readonly PartSchema[],
  value: Readonly<Record<string, unknown>>,
  path: ValuePath,
  context: CheckContext,
): void {
  const given = Object.keys(value);
  const discriminatorOf = ({ required = [] }: PartSchema) => required[0] ?? '';
  const heads = forms.map(discriminatorOf);
  const form = forms.find((one) => given.includes(discriminatorOf(one)));
  if (form) {
    checkValue(form, value, path, context, heads);
    return;
  }
  const [wrong, meant] = given
    .map((key) => [key, closestKey(key, heads)] as const)
    .find(([, head]) => head !== undefined) ?? [given[0]];
  context.report({
    path: wrong === undefined ? path : [...path, wrong],
    atKey: wrong !== undefined,
    message: wrong === undefined ? 'got an empty map' : `there is no key ${describeYamlValue(wrong)} here`,
    expected: expectedText(schema),
    suggestion: meant === undefined ? `begin with one of ${heads.join(', ')}` : `write ${meant}`,
  });
}

/** Returns the key that was probably meant: one with nearly the same spelling, or one that shares its beginning. */
function closestKey(given: string, names: readonly string[]): string | undefined {
  const lower = given.toLowerCase();
  return (
    closestName(given, names) ??
    names.find((name) => lower.startsWith(name) || (lower !== '' && name.startsWith(lower)))
  );
}

function isValidNumber(schema: PartSchema, value: unknown): boolean {
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY, exclusiveMinimum } = schema;
  if (schema.type === 'integer' && !Number.isSafeInteger(value)) return false;
  return value >= minimum && value <= maximum && (exclusiveMinimum === undefined || value > exclusiveMinimum);
}

function expectedText({ expects, type, const: only, anyOf }: PartSchema): string {
  if (expects !== undefined) return expects;
  if (only !== undefined) return String(only);
  const words = (anyOf ?? []).flatMap(({ const: word }) => (typeof word === 'string' ? [word] : []));
  if (words.length > 0) return `one of ${words.join(', ')}`;
  return type === 'object' ? 'a map of keys' : type === 'array' ? 'a list' : `a ${type ?? 'value'}`;
}

function suggestionFor(schema: PartSchema): string {
  return schema.example === undefined ? `write ${expectedText(schema)}` : `write it as ${schema.example}`;
}

/** Maximum number of characters of a value that a message shows. */
const MAX_SHOWN_CHARS = 60;

function describeYamlValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > MAX_SHOWN_CHARS ? `${text.slice(0, MAX_SHOWN_CHARS)}…` : text;
}
