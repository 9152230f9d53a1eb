import { MAX_SHOWN_CHARS, quote } from '@hookline/runtime';
import { OptionalKind, type Static, type TSchema } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { type ValueError, ValueErrorType } from '@sinclair/typebox/errors';
import { Value } from '@sinclair/typebox/value';

/** Where and why a value does not match a schema. */
export interface Mismatch {
  /** JSON pointer from the root of the value; empty for the root. */
  readonly path: string;
  /** What was found there, in a few words. */
  readonly got: string;
  /** What the schema expects there, in a few words. */
  readonly expected: string;
}

/** Checks values against a schema. */
export interface Validator<T extends TSchema> {
  check(value: unknown): value is Static<T>;
  /** The first mismatch. Call it only for a value for which `check` returned false. */
  explain(value: unknown): Mismatch;
}

/**
 * Creates a validator for a schema. The schema is compiled at the first `check`, or interpreted where code generation is
 * not allowed.
 */
export function validator<T extends TSchema>(schema: T): Validator<T> {
  let check: ((value: unknown) => boolean) | undefined;
  return {
    check(value): value is Static<T> {
      check ??= compile(schema);
      return check(value);
    },
    explain: (value) => explain(schema, value),
  };
}

function compile(schema: TSchema): (value: unknown) => boolean {
  try {
    // Not `Check`, which only wraps it: this runs for every message.
    return TypeCompiler.Compile(schema)['checkFunc'];
  } catch {
    return (value) => Value.Check(schema, value);
  }
}

function explain(schema: TSchema, value: unknown): Mismatch {
  const first = Value.Errors(schema, value).First();
  if (!first) return { path: '', got: describe(value), expected: 'something else' };
  const missing = first.value === undefined;
  return {
    path: first.path,
    got: missing ? 'nothing' : describe(first.value),
    // Many languages write an absent value as null.
    expected: `${expectation(first)}${first.value === null && OptionalKind in first.schema ? ', or the field left out' : ''}`,
  };
}

function expectation({ schema, type, message }: ValueError): string {
  if (schema['const'] !== undefined) return JSON.stringify(schema['const']);
  if (Array.isArray(schema['anyOf'])) {
    const literals = schema['anyOf'].map((option: TSchema) => option['const']);
    if (literals.every((literal) => literal !== undefined)) {
      return `one of ${literals.map((literal) => JSON.stringify(literal)).join(', ')}`;
    }
  }
  if (type === ValueErrorType.ObjectAdditionalProperties) return 'no such field';
  if (schema.description && schema['pattern'])
    return schema.description.replace(/^A/, 'a').replace(/\.$/, '');
  const ofString = stringBound(type, schema);
  if (ofString !== undefined) return ofString;
  const kind: unknown = schema['type'];
  if (typeof kind !== 'string') {
    // A field of any type, which is missing.
    return type === ValueErrorType.ObjectRequiredProperty ? 'a value' : message.replace(/^Expected /, '');
  }
  // The type matches and the value is out of bounds: TypeBox's message names the bound.
  if (BOUNDS.has(type)) return message.replace(/^Expected /, '');
  return `${/^[aio]/.test(kind) ? 'an' : 'a'} ${kind}`;
}

const BOUNDS: ReadonlySet<ValueErrorType> = new Set([
  ValueErrorType.IntegerMinimum,
  ValueErrorType.ArrayMinItems,
  ValueErrorType.ArrayMaxItems,
]);

/** What a schema expects of a value that is a string, but not one that it accepts. */
function stringBound(type: ValueErrorType, schema: TSchema): string | undefined {
  switch (type) {
    case ValueErrorType.StringMinLength:
      return `a string of at least ${characters(schema['minLength'])}`;
    case ValueErrorType.StringMaxLength:
      return `a string of at most ${characters(schema['maxLength'])}`;
    case ValueErrorType.StringPattern:
      return `a string that matches /${schema['pattern']}/`;
    case ValueErrorType.RegExp:
      return `a string that matches /${schema['source']}/${schema['flags']}`;
    case ValueErrorType.StringFormat:
      return `a string of the format ${schema['format']}`;
    case ValueErrorType.StringFormatUnknown:
      return `a string of the format ${schema['format']}, which is unknown: set it in the FormatRegistry of @sinclair/typebox`;
    default:
      return undefined;
  }
}

const characters = (count: unknown) => `${count} ${count === 1 ? 'character' : 'characters'}`;

/** Describes any value in a few words on one line, safe to print in a terminal. Never throws. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'nothing';
    case 'string':
      return quote(value, MAX_SHOWN_CHARS);
    case 'object':
      return describeObject(value);
    case 'number':
    case 'boolean':
      return String(value);
    default:
      return `a ${typeof value}`;
  }
}

/**
 * Describes a name that a peer chose, such as a type or a path, for the middle of a sentence: usual ones unchanged, others
 * quoted and truncated.
 */
export function describeName(name: string): string {
  return /^[\x21-\x7e]{1,100}$/.test(name) ? name : describe(name);
}

function describeObject(value: object | null): string {
  if (value === null) return 'null';
  try {
    if (value instanceof Uint8Array) return `${value.length} bytes`;
    return Array.isArray(value) ? `an array of ${value.length}` : 'an object';
  } catch {
    // `instanceof` and `Array.isArray` throw for a revoked proxy.
    return 'an object';
  }
}
