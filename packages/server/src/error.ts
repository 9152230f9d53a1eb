import {
  checkOptionNames,
  choiceFault,
  errorFactory,
  type HooklineError,
  isHooklineError,
  type NumberRule,
  numberFault,
  type OptionNames,
} from '@hookline/runtime';

/** What this package throws or rejects with, as `code` of a `HooklineError`. */
export type ServerErrorCode =
  /** An option of `createBot`, `listen`, `attach` or a method of the call cannot be used. */
  | 'SERVER_BAD_OPTION'
  /** A client secret is neither base64 text nor bytes, or is missing. */
  | 'SERVER_BAD_SECRET'
  /** An output variable is not a string, or the outputs are too large for one message. */
  | 'SERVER_BAD_OUTPUT'
  /** Bytes for `sendFrame` are not a legal frame. */
  | 'SERVER_BAD_FRAME'
  /** Audio to play is not what it was said to be. */
  | 'SERVER_BAD_SOURCE'
  /** The text of a turn is too long for a message, which has at most 65,535 characters. */
  | 'SERVER_TEXT_TOO_LONG'
  /** The audio source of a playback threw or rejected. */
  | 'SERVER_SOURCE_FAILED'
  /** The port could not be opened. */
  | 'SERVER_LISTEN_FAILED';

/** The codes of the errors that belong to one call. */
export type CallErrorCode =
  /** The call is over; what was awaited cannot happen any more. */
  | 'CALL_ENDED'
  /** Thrown by the bot: the call takes the failure path. */
  | 'CALL_FAILURE';

/** A `HooklineError` whose `code` is one of this package's. */
export type ServerError = HooklineError<ServerErrorCode>;

/** The code of a `HooklineError`, from whichever copy of it; undefined for anything else that was thrown. Never throws. */
export function codeOf(thrown: unknown): string | undefined {
  try {
    return isHooklineError(thrown) ? thrown.code : undefined;
  } catch {
    // The value throws when it is inspected.
    return undefined;
  }
}

/**
 * `instanceof` for an error class of this package, by the brand and the code: a process may hold the ESM and the CJS
 * build of it. A class that a bot derives from it keeps the usual meaning.
 *
 * @param asked - the class on the right of `instanceof`
 */
export function isInstance(asked: unknown, own: unknown, code: string, value: unknown): boolean {
  if (asked === own) return codeOf(value) === code;
  return typeof asked === 'function' && Function.prototype[Symbol.hasInstance].call(asked, value);
}

/** Builds an error of this package. */
export const serverError = /* @__PURE__ */ errorFactory<ServerErrorCode>([
  'SERVER_BAD_OPTION',
  'SERVER_BAD_SECRET',
  'SERVER_BAD_OUTPUT',
  'SERVER_BAD_FRAME',
  'SERVER_BAD_SOURCE',
  'SERVER_TEXT_TOO_LONG',
]);

/**
 * Refuses options that are not an object, and an unknown option.
 *
 * @param where - the owner of the options, put before the name
 * @param options - `undefined` is accepted; pass `options ?? null` where an object is required
 * @throws HooklineError `SERVER_BAD_OPTION`
 */
export function checkNames<Options>(where: string, options: unknown, known: OptionNames<Options>): void {
  checkOptionNames<Options>('SERVER_BAD_OPTION' satisfies ServerErrorCode, where, options, known);
}

/** @param field - the function and the option, such as `createBot: path` @throws HooklineError `SERVER_BAD_OPTION` */
export function checkNumber(field: string, value: unknown, rule: NumberRule): void {
  refuse(numberFault(field, value, rule));
}

/** @param field - as for `checkNumber` @throws HooklineError `SERVER_BAD_OPTION` */
export function checkChoice(field: string, value: unknown, choices: readonly string[]): void {
  refuse(choiceFault(field, value, choices));
}

function refuse(fault: string | undefined): void {
  if (fault !== undefined) throw serverError('SERVER_BAD_OPTION', `${fault}.`);
}
