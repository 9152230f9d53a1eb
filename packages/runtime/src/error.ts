/** Shared by every copy of the class in a process, so that `isHooklineError` works across ESM and CJS. */
const BRAND = Symbol.for('hookline.error');

/**
 * The root of the errors that Hookline throws or rejects with. Errors of a program's own code, such as of a schema or a
 * dialler, pass unchanged.
 *
 * @typeParam Code - the literal union of codes of the package that throws it
 */
export class HooklineError<Code extends string = string> extends Error {
  /** As text, in each class of Hookline: a bundler may rename the class, and Node.js prints an uncaught error with it. */
  static override get name(): string {
    return 'HooklineError';
  }

  /** The kind of error, for programs. Codes are part of the public API. */
  readonly code: Code;
  /** Whether the error is a mistake of the calling program or the user. */
  readonly isUsage: boolean;

  /**
   * @param code - the kind of error, for programs
   * @param message - what is wrong, where, what was received, what was expected and what to do
   * @param options - `cause`: the underlying error, if any; `isUsage`: default false
   */
  constructor(code: Code, message: string, options: { cause?: unknown; isUsage?: boolean } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = new.target.name;
    this.code = code;
    this.isUsage = options.isUsage ?? false;
  }

  /** Not a property of each error: one is made for the end of every call. */
  get [BRAND](): true {
    return true;
  }
}

/**
 * Creates the function that builds the errors of a package, so that only codes of its union can be thrown.
 *
 * @param usage - the codes for which `isUsage` is true
 */
export function errorFactory<Code extends string>(
  usage: readonly Code[] = [],
): (code: Code, message: string, cause?: unknown) => HooklineError<Code> {
  return (code, message, cause) =>
    new HooklineError<Code>(code, message, {
      isUsage: usage.includes(code),
      ...(cause === undefined ? {} : { cause }),
    });
}

/** Whether a value is a `HooklineError`, of any copy of this package. */
export function isHooklineError(value: unknown): value is HooklineError {
  return value instanceof Error && BRAND in value;
}

/** The message of any thrown value; never throws. */
export function messageOf(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return String(thrown.message || messagesIn(thrown) || thrown.name);
    return typeof thrown === 'string' ? thrown : `a thrown ${typeof thrown}: ${String(thrown)}`;
  } catch {
    return 'a thrown value that cannot be printed';
  }
}

/** The messages of an `AggregateError`, whose own may be empty, as that of a connection that failed at each address. */
function messagesIn(thrown: Error): string {
  if (!(thrown instanceof AggregateError)) return '';
  const errors: readonly unknown[] = thrown.errors.slice(0, SHOWN_ERRORS);
  return [...new Set(errors.map(messageOf))].join('; ');
}

/** How many errors of an `AggregateError` are shown. */
const SHOWN_ERRORS = 3;
