import { HooklineError } from '@hookline/runtime';
import { isInstance } from '../error.js';

/**
 * Thrown by a bot to fail its call on purpose: its message becomes `disconnect.info` word for word, cut where it does
 * not fit into a message. In the flow `errorMessage` is the client's own text with the message at its end. Any other error is logged in full and told
 * to the client without its message. `instanceof` knows it from the ESM and the CJS build alike.
 */
export class CallFailure extends HooklineError<'CALL_FAILURE'> {
  /**
   * @param message - for the flow author: what could not be done
   * @param options - `cause`: the error underneath, for the log only
   */
  constructor(message: string, options?: { cause?: unknown }) {
    super('CALL_FAILURE', message, options);
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: a class that a bot derives asks for itself.
    return isInstance(this, CallFailure, 'CALL_FAILURE', value);
  }
}
