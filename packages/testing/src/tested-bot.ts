import {
  type Bot,
  type BotOptions,
  type Call,
  type CallHandler,
  createBot,
  type Prepare,
  type VariableSchemas,
} from '@hookline/server';

/** The options of `createBot`, all of them optional. */
export type TestedBotOptions = Partial<BotOptions> &
  VariableSchemas & { readonly prepare?: Prepare<unknown> };

/**
 * A handler for `createBot`, whatever the types of its variables and of what `prepare` returns. A method type, because
 * only its parameters may be more specific.
 */
export type TestedHandler = {
  handle(call: Call, ...prepared: unknown[]): ReturnType<CallHandler>;
}['handle'];

/** `createBot` for options of which it is not known whether they have schemas or `prepare`. */
export function createTestedBot(options: BotOptions & TestedBotOptions, handler: CallHandler): Bot {
  const withoutTypes: BotOptions = options;
  return createBot(withoutTypes, handler);
}
