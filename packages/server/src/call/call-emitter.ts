import { guard } from '../user-code/guard.js';
import { inContext } from '../user-code/in-context.js';
import type { CallEvents } from './call.js';

type Listener<E extends keyof CallEvents> = (event: CallEvents[E]) => unknown;
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

  on<E extends keyof CallEvents>(event: E, given: Listener<E>): () => void {
    const listeners: Listener<E>[] = this.#listeners[event];
    const listener = inContext(given);
    listeners.push(listener);
    return () => {
      const index = listeners.indexOf(listener);
      if (index >= 0) listeners.splice(index, 1);
    };
  }

  emit<E extends keyof CallEvents>(event: E, value: CallEvents[E]): void {
    // A listener may unsubscribe itself.
    for (const listener of [...this.#listeners[event]]) guard(listener, value, undefined, this.#onError);
  }
}
