import type { OnError } from '@hookline/runtime';
import { guard } from './guard.js';

type Listener = Parameters<AbortSignal['addEventListener']>[1];

/**
 * Guards the listeners that will be added to a signal, and returns the signal. Node.js ends the process when an
 * abort listener throws; here `onError` takes it. The signal stays an `AbortSignal` for `fetch`, `AbortSignal.any`
 * and the like. Listeners of a signal that a bot derives from it, by `AbortSignal.any`, are not guarded.
 */
export function guardedSignal(signal: AbortSignal, onError: OnError): AbortSignal {
  const guarded = new WeakMap<object, Listener>();
  const guardOf =
    (listener: Listener): Listener =>
    (event) =>
      guard(
        () => (typeof listener === 'function' ? listener.call(signal, event) : listener.handleEvent(event)),
        undefined,
        undefined,
        onError,
      );
  /** The same for the same listener, or it could not be taken off. */
  const guardedOf = (listener: Listener): Listener => {
    if ((typeof listener !== 'function' && typeof listener !== 'object') || listener === null)
      return listener;
    const made = guarded.get(listener) ?? guardOf(listener);
    guarded.set(listener, made);
    return made;
  };
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  let onabort: Listener | null = null;
  let onabortGuarded: Listener = () => {};
  Object.defineProperties(signal, {
    addEventListener: {
      value: (type: 'abort', listener: Listener, options?: Parameters<typeof add>[2]) =>
        add(type, guardedOf(listener), options),
    },
    removeEventListener: {
      value: (type: 'abort', listener: Listener, options?: Parameters<typeof remove>[2]) =>
        remove(type, guardedOf(listener), options),
    },
    onabort: {
      get: () => onabort,
      set(listener: Listener | null) {
        remove('abort', onabortGuarded);
        onabort = typeof listener === 'function' ? listener : null;
        if (!onabort) return;
        onabortGuarded = guardOf(onabort);
        add('abort', onabortGuarded);
      },
    },
  });
  return signal;
}
