import { HooklineError } from '@hookline/runtime';
import { isInstance } from '../error.js';

/**
 * The ways in which a call can end.
 *
 * - `completed`: the bot completed it
 * - `failed`: the bot failed it, threw, or exceeded a limit of its own
 * - `callerHangup`: the client closed it (`close` with reason `end`), or for a reserved reason
 * - `clientError`: the client closed it because of an error that it reported
 * - `connectionLost`: the connection ended without `close`
 * - `clientFault`: the client violated the protocol
 * - `timeout`: a timer of the server expired
 * - `draining`: the server is shutting down
 * - `unauthorized`: `open` does not match the authenticated headers
 */
export const END_REASONS = [
  'completed',
  'failed',
  'callerHangup',
  'clientError',
  'connectionLost',
  'clientFault',
  'timeout',
  'draining',
  'unauthorized',
] as const;

/** Why a call ended: one of `END_REASONS`. */
export type EndReason = (typeof END_REASONS)[number];

/**
 * The error with which pending promises of a call reject when it is over, and the reason with which `call.signal`
 * aborts. It is not an error if the handler throws it. `instanceof` works across the ESM and CJS builds.
 */
export class CallEnded extends HooklineError<'CALL_ENDED'> {
  static override get name(): string {
    return 'CallEnded';
  }

  /** Why the call ended. */
  readonly reason: EndReason;

  /**
   * @param reason - why the call ended
   * @param message - the same in words
   */
  constructor(reason: EndReason, message: string) {
    const { stackTraceLimit } = Error;
    // Created for every call: a stack trace would cost more than the rest of the end, and would contain nothing useful.
    // Where intrinsics are frozen, the limit is not changed.
    Reflect.set(Error, 'stackTraceLimit', 0);
    super('CALL_ENDED', message);
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
    this.reason = reason;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: a derived class checks for itself.
    return isInstance(this, CallEnded, 'CALL_ENDED', value);
  }
}
