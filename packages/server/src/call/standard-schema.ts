import { describe } from '@hookline/protocol';
import { contain } from '@hookline/runtime';
import type { CheckedVariables } from './variable-schemas.js';

/** A schema of any library that implements Standard Schema, version 1 (https://standardschema.dev). */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a schema made of a value, or what is wrong with it. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** One thing that is wrong with a value. */
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

export function isStandardSchema(schema: unknown): schema is StandardSchema {
  if ((typeof schema !== 'object' && typeof schema !== 'function') || schema === null) return false;
  if (!('~standard' in schema)) return false;
  const standard = schema['~standard'];
  return typeof standard === 'object' && standard !== null && 'validate' in standard;
}

/**
 * Validates variables. User code: whatever it throws goes on.
 *
 * @throws TypeError when it answers with a promise: `open` is answered at once
 */
export function validateStandard(
  { '~standard': { validate, vendor } }: StandardSchema,
  variables: Readonly<Record<string, unknown>>,
): CheckedVariables {
  // A prototype, as some libraries take no object without.
  const result = validate({ ...variables });
  if (result instanceof Promise) {
    void contain(result);
    throw new TypeError(
      `The schema of ${vendor} validates asynchronously; inputs and outputs need one that answers at once.`,
    );
  }
  if (!result.issues) return { value: result.value };
  const [issue] = result.issues;
  const first = issue?.path?.[0];
  const name = String(typeof first === 'object' ? first.key : (first ?? ''));
  const value = variables[name];
  return {
    fault: {
      name,
      got: value === undefined ? 'missing' : describe(value),
      expected: issue?.message ?? 'a value that fits',
      // A library may quote the value in its message.
      logged: `what its schema (${vendor}) takes`,
    },
  };
}
