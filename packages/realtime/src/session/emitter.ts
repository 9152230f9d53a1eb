import { AsyncResource } from 'node:async_hooks';
import { type Logger, messageOf } from '@hookline/runtime';
import type { RealtimeEvents } from '../session.js';

type Listeners = { [E in keyof RealtimeEvents]: Set<(event: RealtimeEvents[E]) => void> };

/** The listeners of a session. One that throws is logged and costs nothing else. */
export class Emitter {
  readonly #log: Logger;
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
    // In the async context of who listens: events come in that of the service's socket.
    const own = AsyncResource.bind((told: RealtimeEvents[E]) => listener(told));
    listeners.add(own);
    return () => {
      listeners.delete(own);
    };
  }

  emit<E extends keyof RealtimeEvents>(event: E, told: RealtimeEvents[E]): void {
    const listeners: Set<(event: RealtimeEvents[E]) => void> = this.#listeners[event];
    for (const listener of [...listeners]) {
      try {
        listener(told);
      } catch (error) {
        this.#log.error({ err: error, event }, `a listener of a realtime session threw: ${messageOf(error)}`);
      }
    }
  }
}
