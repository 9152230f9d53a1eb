import { isHooklineError } from '@hookline/runtime';
import { CallFailure, type Outputs } from '@hookline/server';
import { RealtimeError, type RealtimeErrorCode } from './error.js';

/** The `errorMessage` that the flow gets, by error code. */
const FLOW_MESSAGES: Readonly<Record<RealtimeErrorCode, string>> = {
  SERVICE_UNREACHABLE: 'the voice service cannot be reached',
  SERVICE_UNAUTHORIZED: 'the voice service does not accept the credentials',
  SERVICE_REFUSED: 'the voice service does not accept the settings of the session',
  SERVICE_LIMITED: 'the voice service accepts no more calls for now',
  SERVICE_LOST: 'the connection to the voice service was lost',
  SERVICE_SILENT: 'the voice service does not answer',
  SESSION_EXPIRED: 'the session with the voice service has expired',
  REALTIME_BAD_TOOL: 'the bot is not set up correctly',
  REALTIME_BAD_OPTION: 'the bot is not set up correctly',
  AUDIO_MISMATCH: 'the voice service is set to another audio format',
};

/**
 * Ends a call on the failure path when the handler throws it: the message becomes `errorMessage`, and the outputs
 * collected so far are returned. `cause` has the details for the log.
 */
export class RealtimeFailure extends CallFailure {
  static override get name(): string {
    return 'RealtimeFailure';
  }

  /** What went wrong, for programs. */
  readonly reason: RealtimeErrorCode;
  /** Milliseconds until the service accepts requests again; undefined if it did not say. */
  readonly retryAfterMs: number | undefined;

  /** @param error - what went wrong; @param outputs - collected so far, for the failure path */
  constructor(error: RealtimeError, outputs: Outputs = {}) {
    super(FLOW_MESSAGES[error.code], { cause: error, outputs });
    this.reason = error.code;
    this.retryAfterMs = error.retryAfterMs;
  }
}

/** Converts an error of an adapter to a `RealtimeError`. */
export function toRealtimeError(
  thrown: unknown,
  fallbackCode: RealtimeErrorCode,
  action: string,
): RealtimeError {
  if (thrown instanceof RealtimeError) return thrown;
  // The ESM and the CJS build each have their own class.
  if (isHooklineError(thrown) && isRealtimeCode(thrown.code)) {
    const retryAfterMs: unknown = 'retryAfterMs' in thrown ? thrown.retryAfterMs : undefined;
    return new RealtimeError(thrown.code, thrown.message, {
      cause: thrown,
      ...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}),
    });
  }
  // The message of a foreign error may contain a URL with a key, so it stays in `cause`.
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  return new RealtimeError(fallbackCode, `${action}: the adapter of the service failed with ${name}`, {
    cause: thrown,
  });
}

/** Whether a code is a `RealtimeErrorCode`. */
export function isRealtimeCode(code: string): code is RealtimeErrorCode {
  return Object.hasOwn(FLOW_MESSAGES, code);
}
