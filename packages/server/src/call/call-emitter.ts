import { describe } from '@hookline/protocol';
import { serverError } from '../error.js';
import { inContext } from '../user-code/async-context.js';
import { guard } from '../user-code/guard.js';
import { checkFunction } from '../user-code/user-code-check.js';
import type { CallEvents } from './call.js';

type Listener<E extends keyof CallEvents> = (event: CallEvents[E]) => unknown;
type Listeners = { [E in keyof CallEvents]: Listener<E>[] };

const EVENTS: Readonly<Record<keyof CallEvents, true>> = {
  dtmf: true,
  update: true,
  paused: true,
  resumed: true,
  discarded: true,
  clientError: true,
  playbackStarted: true,
  playbackCompleted: true,
};

/** The listeners of one call's events. */
export class CallEmitter {
  readonly #listeners: Partial<Listeners> = {};
  readonly #onError: (error: unknown) => void;

  /** @param onError - called with errors of listeners */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  on<E extends keyof CallEvents>(event: E, given: Listener<E>): () => void {
    checkFunction('on: listener', given ?? null);
    if (!Object.hasOwn(EVENTS, event)) {
      throw serverError(
        'SERVER_BAD_OPTION',
        `on: there is no event ${describe(event)}; expected one of ${Object.keys(EVENTS).join(', ')}.`,
      );
    }
    const listener = inContext(given);
    const listeners: Listeners[E] = this.#listeners[event] ?? [];
    this.#listeners[event] = listeners;
    listeners.push(listener);
    return () => {
      const index = listeners.indexOf(listener);
      if (index >= 0) listeners.splice(index, 1);
    };
  }

  emit<E extends keyof CallEvents>(event: E, value: CallEvents[E]): void {
    // A listener may unsubscribe itself.
    for (const listener of [...(this.#listeners[event] ?? [])])
      guard(listener, value, undefined, this.#onError);
  }
}
