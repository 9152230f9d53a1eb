import { describe } from '@hookline/protocol';
import { contain } from '@hookline/runtime';
import type { CheckedVariables, VariableFault } from './variable-schemas.js';

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

/** What a schema makes of variables. User code: whatever it throws goes on. @throws TypeError when it answers with a promise */
function resultOf(
  { '~standard': { validate, vendor } }: StandardSchema,
  variables: Readonly<Record<string, unknown>>,
): StandardResult<unknown> {
  const result = validate(variables);
  if (!(result instanceof Promise)) return result;
  void contain(result);
  throw new TypeError(
    `The schema of ${vendor} validates asynchronously; inputs and outputs need one that answers at once.`,
  );
}

/**
 * Validates variables. User code: whatever it throws goes on.
 *
 * @throws TypeError when it answers with a promise: `open` is answered at once
 */
export function validateStandard(
  schema: StandardSchema,
  variables: Readonly<Record<string, unknown>>,
): CheckedVariables {
  // A prototype, as some libraries take no object without.
  const result = resultOf(schema, { ...variables });
  if (!result.issues) return { value: result.value };
  const [issue] = result.issues;
  return { fault: faultOf(schema, issue && nameOf(issue), issue?.message, variables) };
}

/**
 * Validates one variable beside others that may be incomplete: what is wrong with it is what the schema says with it and
 * not without it. User code, as above.
 */
export function validateOneStandard(
  schema: StandardSchema,
  name: string,
  value: unknown,
  others: Readonly<Record<string, unknown>>,
): VariableFault | undefined {
  const { [name]: _, ...rest } = others;
  const variables = { ...rest, [name]: value };
  // A name that a schema does not declare is one that it does not look at, or leaves out.
  let wasRead = false;
  const observed = Object.defineProperty({ ...rest }, name, {
    enumerable: true,
    get() {
      wasRead = true;
      return value;
    },
  });
  const result = resultOf(schema, observed);
  const made = result.issues ? observed : result.value;
  if (!wasRead || typeof made !== 'object' || made === null || !(name in made)) {
    return faultOf(schema, name, 'a name that is declared', variables);
  }
  if (!result.issues) return undefined;
  const known = new Set((resultOf(schema, rest).issues ?? []).map(toText));
  const issue = result.issues.find((one) => !known.has(toText(one)));
  return issue && faultOf(schema, name, issue.message, variables);
}

function nameOf({ path }: StandardIssue): string {
  const first = path?.[0];
  return String(typeof first === 'object' ? first.key : (first ?? ''));
}

const toText = (issue: StandardIssue) => `${nameOf(issue)}: ${issue.message}`;

function faultOf(
  { '~standard': { vendor } }: StandardSchema,
  name = '',
  expected = 'a value that fits',
  variables: Readonly<Record<string, unknown>>,
): VariableFault {
  const value = variables[name];
  return {
    name,
    got: value === undefined ? 'missing' : describe(value),
    expected,
    // A library may quote the value in its message.
    logged: `what its schema (${vendor}) takes`,
  };
}
