import { HooklineError } from '@hookline/runtime';

/**
 * Thrown by a bot to fail its call on purpose: its message becomes `disconnect.info` word for word, which the flow
 * author sees as `errorMessage`. Any other error is logged in full and told to the client without its message.
 */
export class CallFailure extends HooklineError<'CALL_FAILURE'> {
  /**
   * @param message - for the flow author: what could not be done
   * @param options - `cause`: the error underneath, for the log only
   */
  constructor(message: string, options?: { cause?: unknown }) {
    super('CALL_FAILURE', message, options);
  }
}
