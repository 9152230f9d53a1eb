import { HooklineError, isHooklineError, unknownOption } from '@hookline/runtime';

/**
 * What this package throws, as `code` of a `HooklineError`.
 *
 * - `BAD_OPTION`: an option of `createBot`, `listen`, `attach` or a call's method that cannot be used
 * - `BAD_SECRET`: a client secret that is neither base64 text nor bytes, or is missing
 * - `BAD_OUTPUT`: an output variable that is no string, or outputs too large for one message
 * - `BAD_FRAME`: bytes for `sendFrame` that are no legal frame
 * - `BAD_SOURCE`: audio to play that is not what it was said to be
 * - `TEXT_TOO_LONG`: a message that would exceed 65,535 characters
 * - `SOURCE_FAILED`: the audio source of a playback threw or rejected
 * - `LISTEN_FAILED`: the port could not be opened
 */
export type ServerErrorCode =
  | 'BAD_OPTION'
  | 'BAD_SECRET'
  | 'BAD_OUTPUT'
  | 'BAD_FRAME'
  | 'BAD_SOURCE'
  | 'TEXT_TOO_LONG'
  | 'SOURCE_FAILED'
  | 'LISTEN_FAILED';

/** A `HooklineError` whose `code` is one of this package's. */
export type ServerError = HooklineError<ServerErrorCode>;

/** The code of a `HooklineError`, from whichever copy of it; undefined for anything else that was thrown. Never throws. */
export function codeOf(thrown: unknown): string | undefined {
  try {
    return isHooklineError(thrown) ? thrown.code : undefined;
  } catch {
    // Whatever cannot be looked at.
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

/** Builds the error; kept in one place so that no code outside the union can be thrown. */
export function serverError(code: ServerErrorCode, message: string, cause?: unknown): ServerError {
  return new HooklineError<ServerErrorCode>(code, message, cause === undefined ? undefined : { cause });
}

/** The names of an interface's fields: a table that lacks one does not compile. */
export type OptionNames<Options> = Readonly<Record<keyof Options, unknown>>;

/**
 * Refuses an option that nothing knows: without types a misspelt one would be left at its default.
 *
 * @param where - what the options belong to, put before the name
 * @throws HooklineError `BAD_OPTION`
 */
export function checkNames<Options>(where: string, options: unknown, known: OptionNames<Options>): void {
  const fault = unknownOption(where, options, Object.keys(known));
  if (fault !== undefined) throw serverError('BAD_OPTION', fault);
}
