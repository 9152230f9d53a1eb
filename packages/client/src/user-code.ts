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

type AddOptions = Parameters<AbortSignal['addEventListener']>[2];
type RemoveOptions = Parameters<AbortSignal['removeEventListener']>[2];

/** The guards of the listeners of one signal. */
class Guards {
  /** A property set by the program, whatever it is. */
  onabort: unknown = null;
  readonly #signal: AbortSignal;
  readonly #failed: (error: unknown) => void;
  readonly #known = new WeakMap<object, (event: Event) => void>();

  constructor(signal: AbortSignal, failed: (error: unknown) => void) {
    this.#signal = signal;
    this.#failed = failed;
  }

  /** The same guard for the same listener, so that it can be removed; undefined for what is no listener. */
  of(listener: unknown): ((event: Event) => void) | undefined {
    if ((typeof listener !== 'function' && typeof listener !== 'object') || listener === null)
      return undefined;
    let guard = this.#known.get(listener);
    if (!guard) {
      guard = (event) => this.run(listener, event);
      this.#known.set(listener, guard);
    }
    return guard;
  }

  run(listener: unknown, event: Event): void {
    runUserCode(() => call(listener, this.#signal, event), this.#failed);
  }
}

const guardsOfSignals = new WeakMap<AbortSignal, Guards>();
const { addEventListener, removeEventListener } = EventTarget.prototype;

/** The methods of guarded signals: closures of each signal's own would cost several times as much. */
const GUARDED = Object.create(AbortSignal.prototype, {
  addEventListener: {
    value(this: AbortSignal, type: string, listener: unknown, options?: AddOptions) {
      const guard = guardsOfSignals.get(this)?.of(listener);
      if (guard) addEventListener.call(this, type, guard, options);
    },
  },
  removeEventListener: {
    value(this: AbortSignal, type: string, listener: unknown, options?: RemoveOptions) {
      const guard = guardsOfSignals.get(this)?.of(listener);
      if (guard) removeEventListener.call(this, type, guard, options);
    },
  },
  onabort: {
    get(this: AbortSignal): unknown {
      return guardsOfSignals.get(this)?.onabort ?? null;
    },
    set(this: AbortSignal, listener: unknown) {
      const guards = guardsOfSignals.get(this);
      if (guards) guards.onabort = listener;
    },
  },
});

function runOnabort(this: AbortSignal, event: Event): void {
  const guards = guardsOfSignals.get(this);
  if (guards && guards.onabort !== null) guards.run(guards.onabort, event);
}

/**
 * Guards a signal whose listeners are user code and may throw; otherwise Node would end the process.
 *
 * @param signal - a signal of this package; it is modified
 */
export function guardListeners(signal: AbortSignal, failed: (error: unknown) => void): AbortSignal {
  guardsOfSignals.set(signal, new Guards(signal, failed));
  addEventListener.call(signal, 'abort', runOnabort);
  return Object.setPrototypeOf(signal, GUARDED);
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
