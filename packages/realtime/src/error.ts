import { HooklineError } from '@hookline/runtime';

/** What goes wrong between a call and its service, as `code` of a `HooklineError` and `reason` of a `RealtimeFailure`. */
export type RealtimeErrorCode =
  /** There was no connection, or none in time. */
  | 'SERVICE_UNREACHABLE'
  /** The key was refused. */
  | 'SERVICE_UNAUTHORIZED'
  /** The settings of the session were refused; never tried again. */
  | 'SERVICE_REFUSED'
  /** Rate or quota; carries `retryAfterMs` where the service told it. */
  | 'SERVICE_LIMITED'
  /** The connection broke and could not be made again. */
  | 'SERVICE_LOST'
  /** The service does not answer. */
  | 'SERVICE_SILENT'
  /** The service ended the session at its limit, and `reconnect` is off. */
  | 'SESSION_EXPIRED'
  /** A tool cannot be used. */
  | 'REALTIME_BAD_TOOL'
  /** An option cannot be used. */
  | 'REALTIME_BAD_OPTION'
  /** The service has other audio than it was set to. */
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
      isUsage: code.startsWith('REALTIME_BAD_'),
    });
    this.retryAfterMs = options.retryAfterMs;
  }
}
