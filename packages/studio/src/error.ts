import { errorFactory, type HooklineError } from '@hookline/runtime';

/** What this package rejects with, as `code` of a `HooklineError`. */
export type StudioErrorCode =
  /** An invalid option, or a trace that cannot be opened; the message names it. */
  | 'STUDIO_BAD_OPTION'
  /** The port cannot be opened for listening. */
  | 'STUDIO_LISTEN_FAILED'
  /** The built page is missing. */
  | 'STUDIO_NO_PAGE';

/** A `HooklineError` whose `code` is one of this package's. */
export type StudioError = HooklineError<StudioErrorCode>;

export const studioError = errorFactory<StudioErrorCode>(['STUDIO_BAD_OPTION']);

/** A rejected request of the page: sent as an HTTP status with a message. */
export class RequestError extends Error {
  readonly status: number;
  readonly code: string;

  /**
   * @param status - the HTTP status
   * @param code - machine-readable, such as `not-found`
   * @param message - human-readable: what was wrong, and what to do
   */
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** A message of the page that cannot be carried out in the current state. */
export class ConflictError extends Error {
  readonly code: 'no-call' | 'no-checks' | 'call-live' | 'busy';

  constructor(code: ConflictError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** The error for a second run of the checks while one is in progress. */
export function checksAlreadyRunning(): ConflictError {
  return new ConflictError(
    'busy',
    'The checks are already running: wait for their result, or stop them on the page that started them.',
  );
}
