import type { OnError } from '@hookline/runtime';
import { guard } from './guard.js';

type Listener = Parameters<AbortSignal['addEventListener']>[1];
type AddOptions = Parameters<AbortSignal['addEventListener']>[2];
type RemoveOptions = Parameters<AbortSignal['removeEventListener']>[2];

const { addEventListener, removeEventListener } = EventTarget.prototype;

/** The guards of all signals: functions that all signals share find theirs here, instead of closures for each. */
const guards = new WeakMap<EventTarget, SignalGuard>();

/** The listeners of one signal, each wrapped so that its errors go to `onError`. */
class SignalGuard {
  readonly #signal: AbortSignal;
  readonly #onError: OnError;
  #wrappers: WeakMap<object, Listener> | undefined;
  #onabort: Listener | null = null;
  #onabortWrapper: Listener | undefined;

  constructor(signal: AbortSignal, onError: OnError) {
    this.#signal = signal;
    this.#onError = onError;
  }

  /** Returns the same wrapper for the same listener, so that it can be removed. */
  wrapperOf(listener: Listener): Listener {
    if ((typeof listener !== 'function' && typeof listener !== 'object') || listener === null)
      return listener;
    this.#wrappers ??= new WeakMap();
    const made = this.#wrappers.get(listener) ?? this.#wrap(listener);
    this.#wrappers.set(listener, made);
    return made;
  }

  get onabort(): Listener | null {
    return this.#onabort;
  }

  set onabort(listener: unknown) {
    if (this.#onabortWrapper) removeEventListener.call(this.#signal, 'abort', this.#onabortWrapper);
    this.#onabort = isListenerFunction(listener) ? listener : null;
    this.#onabortWrapper = this.#onabort === null ? undefined : this.#wrap(this.#onabort);
    if (this.#onabortWrapper) addEventListener.call(this.#signal, 'abort', this.#onabortWrapper);
  }

  #wrap(listener: Listener): Listener {
    const signal = this.#signal;
    return (event) =>
      guard(
        () => (typeof listener === 'function' ? listener.call(signal, event) : listener.handleEvent(event)),
        undefined,
        undefined,
        this.#onError,
      );
  }
}

function isListenerFunction(value: unknown): value is Listener {
  return typeof value === 'function';
}

const GUARDED_METHODS: PropertyDescriptorMap & ThisType<AbortSignal> = {
  addEventListener: {
    value(type: string, listener: Listener, options?: AddOptions) {
      addEventListener.call(this, type, guards.get(this)?.wrapperOf(listener) ?? listener, options);
    },
  },
  removeEventListener: {
    value(type: string, listener: Listener, options?: RemoveOptions) {
      removeEventListener.call(this, type, guards.get(this)?.wrapperOf(listener) ?? listener, options);
    },
  },
  onabort: {
    get() {
      return guards.get(this)?.onabort ?? null;
    },
    set(listener: unknown) {
      const of = guards.get(this);
      if (of) of.onabort = listener;
    },
  },
};

/**
 * Guards the listeners that will be added to a signal, and returns the signal. Node.js ends the process if an abort
 * listener throws; here the error goes to `onError`. `fetch`, `AbortSignal.any` and others still accept the signal.
 * Listeners of signals that are derived from it with `AbortSignal.any` are not guarded.
 */
export function guardedSignal(signal: AbortSignal, onError: OnError): AbortSignal {
  guards.set(signal, new SignalGuard(signal, onError));
  return Object.defineProperties(signal, GUARDED_METHODS);
}
