import { HooklineError } from '@hookline/runtime';
import { checkNames, isInstance } from '../error.js';
import { checkBoolean } from '../user-code/user-code-check.js';
import type { FailOptions, Outputs } from './call.js';
import { containOutputs } from './variables.js';

/** Options of a `CallFailure`. */
export interface CallFailureOptions extends FailOptions {
  /** The cause, only for the log. */
  readonly cause?: unknown;
}

/**
 * Thrown by the handler or a listener of a bot to fail its call on purpose. Its message becomes `disconnect.info`
 * unchanged, or truncated if it is too long for a message. In the flow, `errorMessage` is the client's own text followed
 * by the message. Any other error is logged in full, and reported to the client without its message, unless it is
 * `SERVER_BAD_OUTPUT`. `instanceof` works across the ESM and CJS builds.
 */
export class CallFailure extends HooklineError<'CALL_FAILURE'> {
  static override get name(): string {
    return 'CallFailure';
  }

  /** Output variables for the failure path; see `FailOptions`. */
  readonly outputs: Outputs | undefined;
  /** Whether the call ends now instead of after queued audio was heard. */
  readonly immediate: boolean;

  /**
   * @param message - for the flow author: what could not be done
   * @throws HooklineError `SERVER_BAD_OPTION` for an unknown option
   */
  constructor(message: string, options: CallFailureOptions = {}) {
    containOutputs(options?.outputs);
    checkNames<CallFailureOptions>('CallFailure: ', options, { cause: true, outputs: true, immediate: true });
    checkBoolean('CallFailure: immediate', options.immediate);
    // A flow author would get a text without a reason.
    const words = message || 'the bot failed the call';
    super('CALL_FAILURE', words, 'cause' in options ? { cause: options.cause } : undefined);
    this.outputs = options.outputs;
    this.immediate = options.immediate ?? false;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: a derived class checks for itself.
    return isInstance(this, CallFailure, 'CALL_FAILURE', value);
  }
}
