import { type Logger, runUserCode } from '@hookline/runtime';
import { argumentError } from '../argument-error.js';

type Listener<Facts extends unknown[]> = (...facts: Facts) => void;

/**
 * Typed events. Listeners run after the code that emits, so that they may call any method of the call. The error of a
 * listener is logged and has no other effect. No event name has a special meaning, not even `error`.
 */
export class Emitter<Events extends { [Name in keyof Events]: unknown[] }> {
  readonly #names: Readonly<Record<keyof Events, true>>;
  readonly #logger: Logger;
  readonly #listeners: { [Name in keyof Events]?: Set<Listener<Events[Name]>> } = {};

  /** @param names - of the events */
  constructor(names: Readonly<Record<keyof Events, true>>, logger: Logger) {
    this.#names = names;
    this.#logger = logger;
  }

  /** Whether the event has a listener. Without one, an event that is costly to build is not built. */
  has(name: keyof Events): boolean {
    return (this.#listeners[name]?.size ?? 0) > 0;
  }

  /** Adds a listener. Returns an unsubscribe function. @throws HooklineError `CLIENT_BAD_ARGUMENT` for an unknown name or a listener that is not a function */
  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void {
    if (typeof listener !== 'function') throw argumentError('listener', listener, 'a function');
    if (!Object.hasOwn(this.#names, name))
      throw argumentError('name', name, `an event: ${Object.keys(this.#names).join(', ')}`);
    const listeners: Set<Listener<Events[Name]>> = this.#listeners[name] ?? new Set();
    this.#listeners[name] = listeners;
    // A new function each time, so that the same listener can be added twice and removed once.
    const added: Listener<Events[Name]> = (...facts) => listener(...facts);
    listeners.add(added);
    return () => {
      listeners.delete(added);
    };
  }

  /** Calls the present listeners in a microtask. */
  emit<Name extends keyof Events>(name: Name, ...facts: Events[Name]): void {
    const listeners = this.#listeners[name];
    if (!listeners) return;
    for (const listener of [...listeners]) {
      queueMicrotask(() => {
        if (!listeners.has(listener)) return;
        runUserCode(
          () => listener(...facts),
          (error) => this.#logger.error({ event: String(name), err: error }, 'a listener of the call threw'),
        );
      });
    }
  }
}
