import { describe, MAX_TEXT_CHARS } from '@hookline/protocol';
import { contain, isRecord } from '@hookline/runtime';
import { serverError } from '../error.js';
import { charsInMessage, ENVELOPE_CHARS } from '../session/message-length.js';
import { isPromise } from '../user-code/deferred.js';
import type { Outputs } from './call.js';
import type { VariableCheck, VariableFault } from './variable-schemas.js';

/** The inputs for a bot, without a prototype, so that a variable may have any name. */
export function readInputs(
  variables: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const inputs: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(variables ?? {})) inputs[name] = value;
  return inputs;
}

/**
 * The inputs that a schema returned. The types of the values are not checked: they are those of the schema, which also
 * types the handler.
 *
 * @throws HooklineError `SERVER_BAD_OPTION` if it is not an object
 */
export function checkedInputs(returned: unknown): Readonly<Record<string, string>> {
  if (isVariables(returned)) return returned;
  throw serverError(
    'SERVER_BAD_OPTION',
    `The schema of the inputs returned ${kindOf(returned)}; expected an object.`,
  );
}

/** The names of variables in a few words, for the fault of all of them together. */
export function namesOf(variables: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(variables);
  return names.length === 0 ? 'none' : describe(names.join(', '));
}

function isVariables(returned: unknown): returned is Readonly<Record<string, string>> {
  return isRecord(returned);
}

/**
 * Checks what a bot returned. (AC-OUT-2, AC-MSG-10)
 *
 * @throws HooklineError `SERVER_BAD_OUTPUT` naming the variable
 */
export function checkOutputs(given: unknown, schema?: VariableCheck): Outputs {
  const returned = objectOf(given);
  const outputs = schema?.changes ? objectOf(validated(schema, returned)) : returned;
  const checked: Record<string, string> = Object.create(null);
  let chars = ENVELOPE_CHARS;
  let largest = { name: '', chars: 0 };
  for (const [name, value] of Object.entries(outputs)) {
    if (isPromise(value)) {
      throw serverError(
        'SERVER_BAD_OUTPUT',
        `Output variable ${JSON.stringify(name)} is a promise; expected a string: await it first.`,
      );
    }
    // A schema says which variables may be missing, and types an optional one as string or undefined.
    if (value === undefined && schema) continue;
    if (typeof value !== 'string') {
      throw serverError(
        'SERVER_BAD_OUTPUT',
        `Output variable ${JSON.stringify(name)} is ${kindOf(value)}; Architect accepts only strings: ${value === undefined ? 'leave it out, or return a string' : 'use String(value)'}.`,
      );
    }
    const size = charsInMessage(name) + charsInMessage(value) + 2;
    chars += size;
    if (size > largest.chars) largest = { name, chars: size };
    checked[name] = value;
  }
  if (chars > MAX_TEXT_CHARS) {
    throw serverError(
      'SERVER_BAD_OUTPUT',
      `The output variables need ${chars} characters; a message has at most ${MAX_TEXT_CHARS}. The largest is ${JSON.stringify(largest.name)} with ${largest.chars}.`,
    );
  }
  if (schema && !schema.changes) validated(schema, checked);
  return checked;
}

/**
 * Handles the rejection of a promise that was passed as outputs, or as one of them, without an await. It is refused, but
 * an unhandled rejection would end the process. Never throws.
 */
export function containOutputs(given: unknown): void {
  try {
    if (isPromise(given)) void contain(given);
    else if (isRecord(given))
      for (const value of Object.values(given)) if (isPromise(value)) void contain(value);
  } catch {
    // Outputs that throw when they are read are refused as well.
  }
}

/**
 * Checks one output variable before the end, when others may still be missing.
 *
 * @throws HooklineError `SERVER_BAD_OUTPUT` naming the variable
 */
export function checkOutput(name: unknown, value: unknown, others: Outputs, schema?: VariableCheck): void {
  if (typeof name !== 'string' || name === '') {
    throw serverError(
      'SERVER_BAD_OUTPUT',
      `The name of an output variable is ${kindOf(name)}; expected a non-empty string.`,
    );
  }
  containOutputs({ value });
  checkOutputs({ ...others, [name]: value });
  const fault = typeof value === 'string' ? schema?.checkOne(name, value, others) : undefined;
  if (fault) throw undeclared(fault, value);
}

function objectOf(outputs: unknown): Readonly<Record<string, unknown>> {
  if (isPromise(outputs)) {
    throw serverError(
      'SERVER_BAD_OUTPUT',
      'The output variables are a promise; expected an object of output variables: await it first.',
    );
  }
  if (outputs instanceof Error) {
    throw serverError('SERVER_BAD_OUTPUT', 'A bot returned an Error; to fail the call, throw it.', outputs);
  }
  if (isRecord(outputs) && (isPlain(outputs) || Object.keys(outputs).length > 0)) return outputs;
  throw serverError(
    'SERVER_BAD_OUTPUT',
    `A bot returned ${kindOf(outputs)}; expected an object of output variables, or nothing.`,
  );
}

/** Whether an object is not of a class, such as `Map`, whose content is not in properties and would be lost. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // Of any realm.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Validates outputs and returns the result of the schema. */
function validated(schema: VariableCheck, outputs: Readonly<Record<string, unknown>>): unknown {
  const result = schema.check(outputs);
  if ('value' in result) return result.value;
  const { name } = result.fault;
  throw undeclared(result.fault, name === undefined ? outputs : outputs[name]);
}

function undeclared({ name, expected, logged = expected }: VariableFault, value: unknown): Error {
  if (name === undefined) {
    return serverError(
      'SERVER_BAD_OUTPUT',
      `The output variables (${namesOf(Object(value))}) do not match the declared outputs: expected ${logged}.`,
    );
  }
  return serverError(
    'SERVER_BAD_OUTPUT',
    `Output variable ${JSON.stringify(name)} does not match the declared outputs: it is ${kindOf(value)}; expected ${logged}.`,
  );
}

/** Describes a value without its content, which may be personal: errors are logged. */
function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'undefined';
  if (typeof value === 'string') return `a string of ${value.length} characters`;
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && !isPlain(value)) return `an object of ${classOf(value)}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function classOf(value: object): string {
  const made: unknown = value.constructor;
  return typeof made === 'function' && made.name !== '' ? `the class ${made.name}` : 'a class without a name';
}
