import type { Static, TSchema } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { Value } from '@sinclair/typebox/value';

/** Where and why a value does not fit a schema. */
export interface Mismatch {
  /** JSON pointer from the root of the value; empty for the root. */
  readonly path: string;
  /** What stands there, in a few words. */
  readonly got: string;
  /** What the schema takes there, in a few words. */
  readonly expected: string;
}

/** A schema that can be checked. Compiled on first use; interpreted where code generation is forbidden. */
export interface Validator<T extends TSchema> {
  check(value: unknown): value is Static<T>;
  /** The first mismatch; only for a value that `check` refused. */
  explain(value: unknown): Mismatch;
}

/** Makes a validator of a schema. Nothing is compiled before the first `check`. */
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
    const compiled = TypeCompiler.Compile(schema);
    return (value) => compiled.Check(value);
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
    expected: expectation(first.schema, first.message),
  };
}

function expectation(schema: TSchema, message: string): string {
  if (schema['const'] !== undefined) return JSON.stringify(schema['const']);
  if (Array.isArray(schema['anyOf'])) {
    const literals = schema['anyOf'].map((option: TSchema) => option['const']);
    if (literals.every((literal) => literal !== undefined)) {
      return `one of ${literals.map((literal) => JSON.stringify(literal)).join(', ')}`;
    }
  }
  if (message === 'Unexpected property') return 'no such field';
  const type =
    typeof schema['type'] === 'string'
      ? `${/^[aio]/.test(schema['type']) ? 'an' : 'a'} ${schema['type']}`
      : message;
  return schema.description && schema['pattern'] ? schema.description.replace(/\.$/, '') : type;
}

const MAX_SHOWN_CHARS = 60;

/** A JSON value in a few words, safe to print whatever it holds. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > MAX_SHOWN_CHARS ? `${text.slice(0, MAX_SHOWN_CHARS)}…` : text;
}
