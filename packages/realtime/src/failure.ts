import { isHooklineError } from '@hookline/runtime';
import { CallFailure, type Outputs } from '@hookline/server';
import { RealtimeError, type RealtimeErrorCode } from './error.js';

/** What the flow is told, by what went wrong. */
const FOR_THE_FLOW: Readonly<Record<RealtimeErrorCode, string>> = {
  SERVICE_UNREACHABLE: 'the voice service cannot be reached',
  SERVICE_UNAUTHORIZED: 'the voice service does not accept the credentials',
  SERVICE_REFUSED: 'the voice service does not accept the settings of the session',
  SERVICE_LIMITED: 'the voice service takes no more calls for now',
  SERVICE_LOST: 'the connection to the voice service was lost',
  SERVICE_SILENT: 'the voice service does not answer',
  SESSION_EXPIRED: 'the session with the voice service has expired',
  REALTIME_BAD_TOOL: 'the bot is not set up correctly',
  REALTIME_BAD_OPTION: 'the bot is not set up correctly',
  AUDIO_MISMATCH: 'the voice service is set to another audio format',
};

/**
 * Why a call cannot go on: thrown out of the call's handler it takes the failure path, with these words as
 * `errorMessage` and the outputs that were collected so far. The `cause` says more, for the log.
 */
export class RealtimeFailure extends CallFailure {
  /** What went wrong, for programs. */
  readonly reason: RealtimeErrorCode;
  /** When the service takes requests again, in milliseconds, where it told so. */
  readonly retryAfterMs: number | undefined;

  /** @param error - what went wrong; @param outputs - collected so far, for the failure path */
  constructor(error: RealtimeError, outputs: Outputs = {}) {
    super(FOR_THE_FLOW[error.code], { cause: error, outputs });
    this.reason = error.code;
    this.retryAfterMs = error.retryAfterMs;
  }
}

/** Anything that an adapter rejected with, as an error of this package. */
export function toRealtimeError(thrown: unknown, otherwise: RealtimeErrorCode, doing: string): RealtimeError {
  if (thrown instanceof RealtimeError) return thrown;
  // From the other build of this package: the ESM and the CJS copy each have a class of their own.
  if (isHooklineError(thrown) && isRealtimeCode(thrown.code)) {
    return new RealtimeError(thrown.code, thrown.message, { cause: thrown });
  }
  // The message of a foreign error may hold a URL with a key: it stays in `cause`, which the log prints by its own rules.
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  return new RealtimeError(otherwise, `${doing}: the service's adapter failed with ${name}`, {
    cause: thrown,
  });
}

/** Whether a code is one of this package's. */
export function isRealtimeCode(code: string): code is RealtimeErrorCode {
  return Object.hasOwn(FOR_THE_FLOW, code);
}
