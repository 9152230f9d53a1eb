/** Shared by every copy of the class in a process, so that `isHooklineError` works across ESM and CJS. */
const BRAND = Symbol.for('hookline.error');

/**
 * The root of every error that Hookline throws or rejects with.
 *
 * @typeParam Code - the literal union of codes of the package that throws it
 */
export class HooklineError<Code extends string = string> extends Error {
  /** What went wrong, for programs. Codes are part of the public API. */
  readonly code: Code;
  /** Whether the program or the user gave something that cannot be used, and nothing else went wrong. */
  readonly isUsage: boolean;

  /**
   * @param code - what went wrong, for programs
   * @param message - what was wrong, where, what was received, what was expected and what to do
   * @param options - `cause`: the error underneath, where there is one; `isUsage`: default false
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
 * The function with which a package builds its errors, so that no code outside its union can be thrown.
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

/** Whether a value is a `HooklineError`, from whichever copy of this package it came. */
export function isHooklineError(value: unknown): value is HooklineError {
  return value instanceof Error && BRAND in value;
}

/** The message of anything that was thrown; never throws itself, whatever the value is. */
export function messageOf(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return String(thrown.message || thrown.name);
    return typeof thrown === 'string' ? thrown : `a thrown ${typeof thrown}: ${String(thrown)}`;
  } catch {
    return 'a thrown value that cannot be printed';
  }
}
