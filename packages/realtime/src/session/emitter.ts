import { AsyncResource } from 'node:async_hooks';
import { type Logger, messageOf, runUserCode } from '@hookline/runtime';
import type { RealtimeEvents } from '../session.js';

type Listeners = { [E in keyof RealtimeEvents]: Set<(event: RealtimeEvents[E]) => void> };

/** The event listeners of a session. One that throws or rejects is logged and does not affect the others. */
export class Emitter {
  readonly #log: Logger;
  /** Events that listeners have caused while another is delivered: all listeners receive all events in the same order. */
  readonly #due: (() => void)[] = [];
  #delivering = false;
  readonly #listeners: Listeners = {
    text: new Set(),
    interrupted: new Set(),
    tool: new Set(),
    state: new Set(),
    problem: new Set(),
    usage: new Set(),
  };

  constructor(log: Logger) {
    this.#log = log;
  }

  on<E extends keyof RealtimeEvents>(event: E, listener: (event: RealtimeEvents[E]) => void): () => void {
    const listeners: Set<(event: RealtimeEvents[E]) => void> = this.#listeners[event];
    // Run in the async context of the subscriber: events arrive in that of the service's socket.
    const bound = AsyncResource.bind((payload: RealtimeEvents[E]) => listener(payload));
    listeners.add(bound);
    return () => {
      listeners.delete(bound);
    };
  }

  emit<E extends keyof RealtimeEvents>(event: E, payload: RealtimeEvents[E]): void {
    this.#due.push(() => this.#deliver(event, payload));
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      for (let next = this.#due.shift(); next; next = this.#due.shift()) next();
    } finally {
      this.#delivering = false;
    }
  }

  #deliver<E extends keyof RealtimeEvents>(event: E, payload: RealtimeEvents[E]): void {
    const listeners: Set<(event: RealtimeEvents[E]) => void> = this.#listeners[event];
    const onError = (error: unknown) =>
      this.#log.error({ err: error, event }, `a listener of a realtime session threw: ${messageOf(error)}`);
    for (const listener of [...listeners]) runUserCode(() => listener(payload), onError);
  }
}
