import { describe } from '@hookline/protocol';
import { contain } from '@hookline/runtime';
import { serverError } from '../error.js';
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

/** The validated value, or the issues. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** One issue of a value. */
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
 * Runs a schema on variables. Passes on errors of the schema, which is user code.
 *
 * @throws HooklineError `SERVER_BAD_OPTION` if it returns a promise
 */
function resultOf(
  { '~standard': { validate, vendor } }: StandardSchema,
  variables: Readonly<Record<string, unknown>>,
): StandardResult<unknown> {
  const result = validate(variables);
  if (!(result instanceof Promise)) return result;
  void contain(result);
  throw serverError(
    'SERVER_BAD_OPTION',
    `The schema of ${vendor} validates asynchronously; inputs and outputs need a synchronous schema.`,
  );
}

/**
 * Validates variables. Passes on errors of the schema, which is user code.
 *
 * @throws HooklineError `SERVER_BAD_OPTION` if it returns a promise, because `open` is answered synchronously
 */
export function validateStandard(
  schema: StandardSchema,
  variables: Readonly<Record<string, unknown>>,
): CheckedVariables {
  // A copy with a prototype, because some libraries reject objects without one.
  const result = resultOf(schema, { ...variables });
  if (!result.issues) return { value: result.value };
  const [issue] = result.issues;
  return { fault: faultOf(schema, issue && nameOf(issue), issue && messageIn(issue), variables) };
}

/**
 * Validates one variable while others may be missing: its fault is an issue that the schema reports with the variable
 * but not without it. Passes on errors of the schema.
 */
export function validateOneStandard(
  schema: StandardSchema,
  name: string,
  value: unknown,
  others: Readonly<Record<string, unknown>>,
): VariableFault | undefined {
  const { [name]: _, ...rest } = others;
  const variables = { ...rest, [name]: value };
  // A schema ignores, or removes, a name that it does not declare.
  let wasRead = false;
  const observed = Object.defineProperty({ ...rest }, name, {
    enumerable: true,
    get() {
      wasRead = true;
      return value;
    },
  });
  const result = resultOf(schema, observed);
  const returned = result.issues ? observed : result.value;
  if (!wasRead || typeof returned !== 'object' || returned === null || !(name in returned)) {
    return faultOf(schema, name, 'a declared name', variables);
  }
  if (!result.issues) return undefined;
  const known = new Set((resultOf(schema, rest).issues ?? []).map(toText));
  const issue = result.issues.find((one) => !known.has(toText(one)));
  return issue && faultOf(schema, name, messageIn(issue), variables);
}

/** The variable of an issue; undefined if the issue is one of the whole object. */
function nameOf({ path }: StandardIssue): string | undefined {
  const first = path?.[0];
  return first === undefined ? undefined : String(typeof first === 'object' ? first.key : first);
}

/** Undefined if a schema does not keep to the specification. */
function messageIn({ message }: StandardIssue): string | undefined {
  return typeof message === 'string' ? message : undefined;
}

const toText = (issue: StandardIssue) => `${nameOf(issue) ?? ''}: ${messageIn(issue)}`;

function faultOf(
  { '~standard': { vendor } }: StandardSchema,
  name: string | undefined,
  expected = 'a value that matches the schema',
  variables: Readonly<Record<string, unknown>>,
): VariableFault {
  const value = name === undefined ? variables : variables[name];
  return {
    name,
    got: value === undefined ? 'missing' : describe(value),
    expected,
    // A library may quote the value in its message.
    logged: `a value that matches its schema (${vendor})`,
  };
}
