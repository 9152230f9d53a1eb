import { HooklineError } from '@hookline/runtime';

/** Why no connection was made: causes of the failure path that only a dialler can tell. */
export type DialErrorCode =
  | 'dns'
  | 'refused'
  | 'tls'
  | 'upgrade-timeout'
  | 'http-status'
  | 'bad-upgrade'
  | 'redirect'
  | 'unauthorized'
  | 'invalid-action';

/** What is known of a connection that was not made. */
export interface DialErrorOptions {
  /** The HTTP status, where one came. */
  readonly status?: number;
  /** The head of the request, where it was sent. */
  readonly requestHead?: string;
  /** The head of the response, where one came. */
  readonly responseHead?: string;
  /** The error underneath. */
  readonly cause?: unknown;
}

/** A connection that could not be made. */
export class DialError extends HooklineError<DialErrorCode> {
  readonly status?: number;
  readonly requestHead?: string;
  readonly responseHead?: string;

  /**
   * @param code - the cause
   * @param message - what came in place of a connection, and what to look at
   */
  constructor(code: DialErrorCode, message: string, options: DialErrorOptions = {}) {
    super(code, message, 'cause' in options ? { cause: options.cause } : undefined);
    if (options.status !== undefined) this.status = options.status;
    if (options.requestHead !== undefined) this.requestHead = options.requestHead;
    if (options.responseHead !== undefined) this.responseHead = options.responseHead;
  }
}
