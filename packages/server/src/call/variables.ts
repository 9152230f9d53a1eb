import { MAX_TEXT_CHARS } from '@hookline/protocol';
import { serverError } from '../error.js';
import { charsInMessage, ENVELOPE_CHARS } from '../session/text-room.js';
import type { Outputs } from './call.js';
import type { VariableCheck, VariableFault } from './variable-schemas.js';

/** Inputs as a bot gets them: no prototype, so that a variable may have any name. */
export function readInputs(
  variables: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const inputs: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(variables ?? {})) inputs[name] = value;
  return inputs;
}

/**
 * What a schema made of inputs, as the handler gets them. Of what kind the values are is the schema's affair: the
 * handler is typed by it.
 *
 * @throws TypeError for what is no object
 */
export function checkedInputs(made: unknown): Readonly<Record<string, string>> {
  if (isVariables(made)) return made;
  throw new TypeError(`The schema of the inputs made ${kindOf(made)} of them; expected an object.`);
}

function isVariables(made: unknown): made is Readonly<Record<string, string>> {
  return isObject(made);
}

/**
 * Checks what a bot returned. (AC-OUT-2, AC-MSG-10)
 *
 * @throws HooklineError `SERVER_BAD_OUTPUT` naming the variable
 */
export function checkOutputs(given: unknown, schema?: VariableCheck): Outputs {
  const returned = objectOf(given);
  const outputs = schema?.changes ? objectOf(fitting(schema, returned)) : returned;
  const checked: Record<string, string> = Object.create(null);
  let chars = ENVELOPE_CHARS;
  let largest = { name: '', chars: 0 };
  for (const [name, value] of Object.entries(outputs)) {
    if (typeof value !== 'string') {
      throw serverError(
        'SERVER_BAD_OUTPUT',
        `Output variable ${JSON.stringify(name)} is ${kindOf(value)}; Architect takes strings only: use String(value).`,
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
  if (schema && !schema.changes) fitting(schema, checked);
  return checked;
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
      `The name of an output variable is ${kindOf(name)}; expected a text that is not empty.`,
    );
  }
  checkOutputs({ ...others, [name]: value });
  const fault = typeof value === 'string' ? schema?.checkOne(name, value, others) : undefined;
  if (fault) throw undeclared(fault, value);
}

function objectOf(outputs: unknown): Readonly<Record<string, unknown>> {
  if (isObject(outputs)) return outputs;
  throw serverError(
    'SERVER_BAD_OUTPUT',
    `A bot returned ${kindOf(outputs)}; expected an object of output variables, or nothing.`,
  );
}

/** What the schema makes of outputs. */
function fitting(schema: VariableCheck, outputs: Readonly<Record<string, unknown>>): unknown {
  const result = schema.check(outputs);
  if ('value' in result) return result.value;
  throw undeclared(result.fault, outputs[result.fault.name]);
}

function undeclared({ name, expected, logged = expected }: VariableFault, value: unknown): Error {
  return serverError(
    'SERVER_BAD_OUTPUT',
    `A bot returned what it did not declare: output variable ${JSON.stringify(name)} is ${kindOf(value)}; expected ${logged}.`,
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a value is, without the value: it may be personal, and errors are logged. */
function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return `a text of ${value.length} characters`;
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'an object';
  return `a ${typeof value}`;
}
