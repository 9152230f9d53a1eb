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
 * Guards a signal whose listeners are user code and may throw; otherwise Node would end the process.
 *
 * @param signal - a signal of this package; it is modified
 */
export function guardListeners(signal: AbortSignal, failed: (error: unknown) => void): AbortSignal {
  const guards = new WeakMap<object, (event: Event) => void>();
  const guardOf = (listener: unknown) => {
    if (typeof listener !== 'function' && (typeof listener !== 'object' || listener === null))
      return undefined;
    let guard = guards.get(listener);
    if (!guard) {
      guard = (event) => runUserCode(() => call(listener, signal, event), failed);
      guards.set(listener, guard);
    }
    return guard;
  };
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  let onabort: unknown = null;
  Object.defineProperties(signal, {
    addEventListener: {
      value: (type: string, listener: unknown, options?: Parameters<AbortSignal['addEventListener']>[2]) => {
        const guard = guardOf(listener);
        if (guard) add(type, guard, options);
      },
    },
    removeEventListener: {
      value: (
        type: string,
        listener: unknown,
        options?: Parameters<AbortSignal['removeEventListener']>[2],
      ) => {
        const guard = guardOf(listener);
        if (guard) remove(type, guard, options);
      },
    },
    onabort: {
      get: () => onabort,
      set: (listener: unknown) => {
        onabort = listener;
      },
    },
  });
  add('abort', (event) =>
    runUserCode(() => (onabort === null ? undefined : call(onabort, signal, event)), failed),
  );
  return signal;
}

function call(listener: unknown, signal: AbortSignal, event: Event): unknown {
  if (typeof listener === 'function') return Reflect.apply(listener, signal, [event]);
  const handler: unknown = Reflect.get(Object(listener), 'handleEvent');
  return typeof handler === 'function' ? Reflect.apply(handler, listener, [event]) : undefined;
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
    throw argumentErrorSaying('signal', `it cannot be listened to (${messageOf(error)})`, error);
  }
}
