import { serverError } from '../error.js';
import type { CallHandler } from './call.js';
import { type VariableCheck, type VariableSchemas, variableCheck } from './variable-schemas.js';

/** A bot as the server runs it. */
export interface BotEntry {
  readonly handler: CallHandler;
  readonly checkInputs: VariableCheck | undefined;
  readonly checkOutputs: VariableCheck | undefined;
}

/** A bot that takes a call, and the parameters of its path. */
export interface Route extends BotEntry {
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Makes an entry of a handler and the schemas of its variables.
 *
 * @throws HooklineError `SERVER_BAD_OPTION`
 */
export function botEntry(schemas: VariableSchemas, handler: CallHandler): BotEntry {
  if (typeof handler !== 'function') {
    throw serverError(
      'SERVER_BAD_OPTION',
      `The handler of a bot is ${typeof handler}; it must be an async function.`,
    );
  }
  return {
    handler,
    checkInputs: variableCheck('input', schemas.inputs),
    checkOutputs: variableCheck('output', schemas.outputs),
  };
}
