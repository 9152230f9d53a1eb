import { HooklineError } from '@hookline/runtime';
import { checkNames, isInstance } from '../error.js';
import type { FailOptions, Outputs } from './call.js';

/** Options of a `CallFailure`. */
export interface CallFailureOptions extends FailOptions {
  /** The error underneath, for the log only. */
  readonly cause?: unknown;
}

/**
 * Thrown by a bot to fail its call on purpose: its message becomes `disconnect.info` word for word, cut where it does
 * not fit into a message. In the flow `errorMessage` is the client's own text with the message at its end. Any other error is logged in full and told
 * to the client without its message. `instanceof` knows it from the ESM and the CJS build alike.
 */
export class CallFailure extends HooklineError<'CALL_FAILURE'> {
  /** Output variables for the failure path; see `FailOptions`. */
  readonly outputs: Outputs | undefined;
  /** Whether the call ends now, instead of when what is queued has been heard. */
  readonly immediate: boolean;

  /**
   * @param message - for the flow author: what could not be done
   * @throws HooklineError `SERVER_BAD_OPTION` for an option that nothing knows
   */
  constructor(message: string, options: CallFailureOptions = {}) {
    checkNames<CallFailureOptions>('CallFailure: ', options, { cause: true, outputs: true, immediate: true });
    super('CALL_FAILURE', message, 'cause' in options ? { cause: options.cause } : undefined);
    this.outputs = options.outputs;
    this.immediate = options.immediate ?? false;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: a class that a bot derives asks for itself.
    return isInstance(this, CallFailure, 'CALL_FAILURE', value);
  }
}
