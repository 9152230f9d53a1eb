import { MAX_TEXT_CHARS } from '@hookline/protocol';
import { serverError } from '../error.js';
import { charsInMessage, ENVELOPE_CHARS } from '../session/text-room.js';
import type { Outputs } from './call.js';
import type { VariableCheck } from './variable-schemas.js';

/** Inputs as a bot gets them: no prototype, so that a variable may have any name. */
export function readInputs(
  variables: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const inputs: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(variables ?? {})) inputs[name] = value;
  return inputs;
}

/**
 * Checks what a bot returned. (AC-OUT-2, AC-MSG-10)
 *
 * @throws HooklineError `SERVER_BAD_OUTPUT` naming the variable
 */
export function checkOutputs(outputs: unknown, check?: VariableCheck): Outputs {
  if (typeof outputs !== 'object' || outputs === null || Array.isArray(outputs)) {
    throw serverError(
      'SERVER_BAD_OUTPUT',
      `A bot returned ${kindOf(outputs)}; expected an object of output variables, or nothing.`,
    );
  }
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
  const fault = check?.(checked);
  if (fault) {
    throw serverError(
      'SERVER_BAD_OUTPUT',
      `A bot returned what it did not declare: output variable ${JSON.stringify(fault.name)} is ${kindOf(checked[fault.name])}; expected ${fault.expected}.`,
    );
  }
  return checked;
}

/** What a value is, without the value: it may be personal, and errors are logged. */
function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return `a text of ${value.length} characters`;
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'an object';
  return `a ${typeof value}`;
}
