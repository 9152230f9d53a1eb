import { HooklineError } from '@hookline/runtime';
import { isInstance } from '../error.js';

/**
 * How a call may come to its end.
 *
 * - `completed`: the bot completed it
 * - `failed`: the bot failed it, threw, or broke a limit of its own
 * - `callerHangup`: the client closed it (`close` with reason `end`), or for a reason reserved
 * - `clientError`: the client closed it because of an error it reported
 * - `connectionLost`: the connection went away without `close`
 * - `clientFault`: the client broke the protocol
 * - `timeout`: a timer of the server ran out
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

/** How a call came to its end: one of `END_REASONS`. */
export type EndReason = (typeof END_REASONS)[number];

/**
 * What pending awaits of a call reject with once the call is over, and what `call.signal` aborts with. It is no
 * failure when it leaves the handler. `instanceof` knows it from the ESM and the CJS build alike.
 */
export class CallEnded extends HooklineError<'CALL_ENDED'> {
  /** How the call came to its end. */
  readonly reason: EndReason;

  /**
   * @param reason - how the call came to its end
   * @param message - the same in words
   */
  constructor(reason: EndReason, message: string) {
    const { stackTraceLimit } = Error;
    // Every call makes one: its stack would cost more than the rest of the end, and show nothing of use.
    // Where intrinsics are frozen it stays as it is.
    Reflect.set(Error, 'stackTraceLimit', 0);
    super('CALL_ENDED', message);
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
    this.reason = reason;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: a class that a bot derives asks for itself.
    return isInstance(this, CallEnded, 'CALL_ENDED', value);
  }
}
