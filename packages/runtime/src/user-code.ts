import { checkArgument } from './argument-check.js';

/** Receives errors and rejections of the application's code. Must not throw. */
export type OnError = (error: unknown) => void;

/**
 * Waits for the value that the application's code returned, if it is a promise, and passes its rejection to `onError`,
 * which ignores it by default. Never rejects.
 *
 * Uses `await` instead of `.catch`: a thenable may throw when it is read, call back twice, or lack other methods.
 */
export async function contain(given: unknown, onError: OnError = () => {}): Promise<void> {
  try {
    await given;
  } catch (error) {
    onError(error);
  }
}

/**
 * Runs code of the application whose result nothing waits for. Errors, now or later, are passed to `onError` and do not
 * propagate. Allocates nothing for code that returns nothing.
 */
export function runUserCode(run: () => unknown, onError: OnError): void {
  try {
    const given = run();
    if (given !== undefined) void contain(given, onError);
  } catch (error) {
    onError(error);
  }
}

type Listener = Parameters<AbortSignal['addEventListener']>[1];
type AddOptions = Parameters<AbortSignal['addEventListener']>[2];
type RemoveOptions = Parameters<AbortSignal['removeEventListener']>[2];

/** The guards of the listeners of one signal. */
class Guards {
  readonly #signal: AbortSignal;
  readonly #onError: OnError;
  readonly #known = new WeakMap<object, Listener>();
  #onabort: Listener | null = null;
  #onabortGuarded: Listener | undefined;

  constructor(signal: AbortSignal, onError: OnError) {
    this.#signal = signal;
    this.#onError = onError;
  }

  get onabort(): Listener | null {
    return this.#onabort;
  }

  set onabort(listener: Listener | null) {
    if (this.#onabortGuarded)
      AbortSignal.prototype.removeEventListener.call(this.#signal, 'abort', this.#onabortGuarded);
    this.#onabort = typeof listener === 'function' ? listener : null;
    this.#onabortGuarded = this.#onabort ? this.#guard(this.#onabort) : undefined;
    if (this.#onabortGuarded)
      AbortSignal.prototype.addEventListener.call(this.#signal, 'abort', this.#onabortGuarded);
  }

  /** The same wrapper for the same listener, so that it can be removed. */
  of(listener: Listener): Listener {
    if ((typeof listener !== 'function' && typeof listener !== 'object') || listener === null)
      return listener;
    const known = this.#known.get(listener);
    if (known) return known;
    const guarded = this.#guard(listener);
    this.#known.set(listener, guarded);
    return guarded;
  }

  #guard(listener: Listener): Listener {
    const signal = this.#signal;
    return (event) =>
      runUserCode(
        () => (typeof listener === 'function' ? listener.call(signal, event) : listener.handleEvent(event)),
        this.#onError,
      );
  }
}

const guardsOfSignals = new WeakMap<AbortSignal, Guards>();

/**
 * The methods of all guarded signals: closures for each signal would cost several times as much. Made at the first use,
 * because this package is also loaded where there are no signals.
 */
let guardedMethods: object | undefined;

function makeGuardedMethods(): object {
  const { addEventListener, removeEventListener } = AbortSignal.prototype;
  return Object.create(AbortSignal.prototype, {
    addEventListener: {
      value(this: AbortSignal, type: 'abort', listener: Listener, options?: AddOptions) {
        addEventListener.call(this, type, guardsOfSignals.get(this)?.of(listener) ?? listener, options);
      },
    },
    removeEventListener: {
      value(this: AbortSignal, type: 'abort', listener: Listener, options?: RemoveOptions) {
        removeEventListener.call(this, type, guardsOfSignals.get(this)?.of(listener) ?? listener, options);
      },
    },
    onabort: {
      get(this: AbortSignal): Listener | null {
        return guardsOfSignals.get(this)?.onabort ?? null;
      },
      set(this: AbortSignal, listener: Listener | null) {
        const guards = guardsOfSignals.get(this);
        if (guards) guards.onabort = listener;
      },
    },
  });
}

/**
 * Guards the listeners that will be added to a signal, and returns the signal. Node.js ends the process if an abort
 * listener throws; here the error goes to `onError`. `fetch`, `AbortSignal.any` and others still accept the signal.
 * Listeners of signals that are derived from it with `AbortSignal.any` are not guarded.
 *
 * @throws HooklineError `RUNTIME_BAD_OPTION` for anything but a signal and a function
 */
export function guardedSignal(signal: AbortSignal, onError: OnError): AbortSignal {
  checkArgument('RUNTIME_BAD_OPTION', 'guardedSignal: signal', signal, { addEventListener: 'function' });
  checkArgument('RUNTIME_BAD_OPTION', 'guardedSignal: onError', onError, 'function');
  guardedMethods ??= makeGuardedMethods();
  guardsOfSignals.set(signal, new Guards(signal, onError));
  return Object.setPrototypeOf(signal, guardedMethods);
}
