import { errorFactory, type HooklineError } from '@hookline/runtime';

/** What this package rejects with, as `code` of a `HooklineError`. */
export type StudioErrorCode =
  /** An option that cannot be used, or a trace that cannot be opened; the message names it. */
  | 'STUDIO_BAD_OPTION'
  /** The port cannot be opened. */
  | 'STUDIO_LISTEN_FAILED'
  /** The built page is not there. */
  | 'STUDIO_NO_PAGE';

/** A `HooklineError` whose `code` is one of this package's. */
export type StudioError = HooklineError<StudioErrorCode>;

export const studioError = errorFactory<StudioErrorCode>(['STUDIO_BAD_OPTION']);

/** Why a request of the page is not answered: told to it as an HTTP status with a text. */
export class RequestError extends Error {
  readonly status: number;
  readonly code: string;

  /**
   * @param status - of HTTP
   * @param code - for programs, such as `not-found`
   * @param message - for people: what was wrong, what to do
   */
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Why a message of the page is not carried out at this time. */
export class ConflictError extends Error {
  readonly code: 'no-call' | 'no-checks' | 'call-live' | 'busy';

  constructor(code: ConflictError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** Of checks that are ordered while others run. */
export function checksAlreadyRunning(): ConflictError {
  return new ConflictError(
    'busy',
    'The checks are running already: wait for their result, or stop them on the page that began them.',
  );
}
