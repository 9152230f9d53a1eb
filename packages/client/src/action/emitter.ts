import { type Logger, runUserCode } from '@hookline/runtime';
import { argumentError } from '../argument-error.js';

type Listener<Facts extends unknown[]> = (...facts: Facts) => void;

/**
 * Typed events. A listener runs after the code that emits, never within it, so that it may do anything with the
 * call; one that throws is logged and disturbs nobody. There is no event with a meaning of its own.
 */
export class Emitter<Events extends { [Name in keyof Events]: unknown[] }> {
  readonly #logger: Logger;
  readonly #listeners: { [Name in keyof Events]?: Set<Listener<Events[Name]>> } = {};

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Whether anybody listens: what is costly to tell need not be told to nobody. */
  has(name: keyof Events): boolean {
    return (this.#listeners[name]?.size ?? 0) > 0;
  }

  /** Adds a listener; returns what takes it back. @throws HooklineError `CLIENT_BAD_ARGUMENT` for what is no function */
  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void {
    if (typeof listener !== 'function') throw argumentError('listener', listener, 'a function');
    const listeners: Set<Listener<Events[Name]>> = this.#listeners[name] ?? new Set();
    this.#listeners[name] = listeners;
    // A function of its own, so that the same listener can be added twice and taken back once.
    const added: Listener<Events[Name]> = (...facts) => listener(...facts);
    listeners.add(added);
    return () => {
      listeners.delete(added);
    };
  }

  /** Calls who listens now, soon. */
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
