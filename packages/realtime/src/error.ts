import { HooklineError } from '@hookline/runtime';

/**
 * What goes wrong between a call and its service, as `code` of a `HooklineError` and `reason` of a `RealtimeFailure`.
 *
 * - `SERVICE_UNREACHABLE`: no connection, or none in time
 * - `SERVICE_UNAUTHORIZED`: the key was refused
 * - `SERVICE_REFUSED`: the settings of the session were refused; never tried again
 * - `SERVICE_LIMITED`: rate or quota; carries `retryAfterMs` where the service told it
 * - `SERVICE_LOST`: the connection broke and could not be made again
 * - `SERVICE_SILENT`: the service does not answer
 * - `SESSION_EXPIRED`: the service ended the session at its limit, and `reconnect` is off
 * - `BAD_TOOL`: a tool that cannot be used
 * - `BAD_OPTION`: an option that cannot be used
 * - `AUDIO_MISMATCH`: the service has other audio than it was set to
 */
export type RealtimeErrorCode =
  | 'SERVICE_UNREACHABLE'
  | 'SERVICE_UNAUTHORIZED'
  | 'SERVICE_REFUSED'
  | 'SERVICE_LIMITED'
  | 'SERVICE_LOST'
  | 'SERVICE_SILENT'
  | 'SESSION_EXPIRED'
  | 'BAD_TOOL'
  | 'BAD_OPTION'
  | 'AUDIO_MISMATCH';

/** A `HooklineError` whose `code` is one of this package's. */
export class RealtimeError extends HooklineError<RealtimeErrorCode> {
  /** When the service takes requests again, in milliseconds, where it told so. */
  readonly retryAfterMs: number | undefined;

  /**
   * @param code - what went wrong
   * @param message - for the log: what was wrong, what came, what to do
   * @param options - `cause`: the error underneath; `retryAfterMs`
   */
  constructor(
    code: RealtimeErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly retryAfterMs?: number | undefined } = {},
  ) {
    super(code, message, {
      ...(options.cause === undefined ? {} : { cause: options.cause }),
      isUsage: code.startsWith('BAD_'),
    });
    this.retryAfterMs = options.retryAfterMs;
  }
}
