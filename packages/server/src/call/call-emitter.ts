import { serverError } from '../error.js';
import { guard } from '../user-code/guard.js';
import { checkFunction } from '../user-code/user-code-check.js';
import type { CallEvents } from './call.js';

type Listener<E extends keyof CallEvents> = (event: CallEvents[E]) => void | Promise<void>;
type Listeners = { [E in keyof CallEvents]: Listener<E>[] };

/** The listeners of one call's events. */
export class CallEmitter {
  readonly #listeners: Listeners = {
    dtmf: [],
    update: [],
    paused: [],
    resumed: [],
    discarded: [],
    clientError: [],
    playbackStarted: [],
    playbackCompleted: [],
  };
  readonly #onError: (error: unknown) => void;

  /** @param onError - takes what a listener throws or rejects with */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  on<E extends keyof CallEvents>(event: E, listener: Listener<E>): () => void {
    checkFunction('on: listener', listener ?? null);
    const listeners: Listener<E>[] | undefined = this.#listeners[event];
    if (listeners === undefined) {
      throw serverError(
        'SERVER_BAD_OPTION',
        `on: there is no event ${JSON.stringify(event)}; expected one of ${Object.keys(this.#listeners).join(', ')}.`,
      );
    }
    listeners.push(listener);
    let on = true;
    return () => {
      // The same function may be registered twice: a second call must not remove the other one.
      if (on) listeners.splice(listeners.indexOf(listener), 1);
      on = false;
    };
  }

  emit<E extends keyof CallEvents>(event: E, value: CallEvents[E]): void {
    // A listener may unsubscribe itself.
    for (const listener of [...this.#listeners[event]]) guard(listener, value, undefined, this.#onError);
  }
}
