import { type Logger, messageOf, runUserCode } from '@hookline/runtime';
import { argumentErrorSaying } from './argument-error.js';

/** A logger whose errors are ignored, so that it cannot disturb the call. */
export function guardedLogger(logger: Logger): Logger {
  const guard =
    (level: keyof Logger): Logger['error'] =>
    (fields, message) =>
      runUserCode(
        () => logger[level](fields, message),
        () => {},
      );
  return { debug: guard('debug'), info: guard('info'), warn: guard('warn'), error: guard('error') };
}

/**
 * Listens for the abort of a signal of the user.
 *
 * @returns whether it is already aborted, and a function that stops listening and never throws
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` if listening fails
 */
export function onAbort(
  signal: AbortSignal | undefined,
  listener: () => void,
): { readonly aborted: boolean; readonly stopListening: () => void } {
  const stopListening = () =>
    runUserCode(
      () => signal?.removeEventListener('abort', listener),
      () => {},
    );
  try {
    if (signal?.aborted === true) return { aborted: true, stopListening: () => {} };
    signal?.addEventListener('abort', listener, { once: true });
    return { aborted: false, stopListening };
  } catch (error) {
    throw argumentErrorSaying('signal', `adding a listener failed (${messageOf(error)})`, error);
  }
}
