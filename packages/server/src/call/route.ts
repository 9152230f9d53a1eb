import { describeValue } from '@hookline/runtime';
import { serverError } from '../error.js';
import type { CallHandler, Outputs } from './call.js';
import type { Prepare } from './preparation.js';
import { type VariableCheck, type VariableSchemas, variableCheck } from './variable-schemas.js';

/** A handler with its `prepare` function and checks of variables. */
export interface BotEntry {
  readonly handler: CallHandler<Outputs, Outputs, [unknown]>;
  readonly prepare: Prepare<unknown> | undefined;
  readonly checkInputs: VariableCheck | undefined;
  readonly checkOutputs: VariableCheck | undefined;
}

/** The options of one bot. */
export interface HandlerOptions extends VariableSchemas {
  readonly prepare?: Prepare<unknown>;
}

/** The bot for a call, with the parameters of its path. */
export interface Route extends BotEntry {
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Creates the entry of a bot.
 *
 * @param where - the method that was called, for messages
 * @throws HooklineError `SERVER_BAD_OPTION`
 */
export function botEntry(
  where: string,
  { inputs, outputs, prepare }: HandlerOptions,
  handler: BotEntry['handler'],
): BotEntry {
  if (typeof handler !== 'function') {
    throw serverError(
      'SERVER_BAD_OPTION',
      `${where}: the handler is ${describeValue(handler)}; expected an async function.`,
    );
  }
  if (prepare !== undefined && typeof prepare !== 'function') {
    throw serverError(
      'SERVER_BAD_OPTION',
      `${where}: prepare is ${describeValue(prepare)}; expected an async function.`,
    );
  }
  return {
    handler,
    prepare,
    checkInputs: variableCheck(`${where}: inputs`, inputs),
    checkOutputs: variableCheck(`${where}: outputs`, outputs),
  };
}
