import { HooklineError } from '@hookline/runtime';

/** What goes wrong between a call and its service, as `code` of a `HooklineError` and `reason` of a `RealtimeFailure`. */
export type RealtimeErrorCode =
  /** The service could not be connected to within the time limit. */
  | 'SERVICE_UNREACHABLE'
  /** The key was refused. */
  | 'SERVICE_UNAUTHORIZED'
  /** The service refused the settings of the session; there is no retry. */
  | 'SERVICE_REFUSED'
  /** A rate limit or quota was reached; `retryAfterMs` is set if the service sent it. */
  | 'SERVICE_LIMITED'
  /** The connection was lost and could not be restored. */
  | 'SERVICE_LOST'
  /** The service does not answer. */
  | 'SERVICE_SILENT'
  /** The service ended the session at its limit, and `reconnect` is off. */
  | 'SESSION_EXPIRED'
  /** A tool is not valid. */
  | 'REALTIME_BAD_TOOL'
  /** An option is not valid. */
  | 'REALTIME_BAD_OPTION'
  /** The service uses another audio format than expected. */
  | 'AUDIO_MISMATCH';

/** A `HooklineError` with a code of this package. */
export class RealtimeError extends HooklineError<RealtimeErrorCode> {
  static override get name(): string {
    return 'RealtimeError';
  }

  /** Milliseconds until the service accepts requests again; undefined if it did not say. */
  readonly retryAfterMs: number | undefined;

  /**
   * @param code - what went wrong
   * @param message - for the log: what was wrong, what was received, what to do
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
