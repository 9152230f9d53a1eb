import type { Clock } from '@hookline/runtime';
import type { ServiceHost } from '../service/service.js';

/** Maximum number of events to hold. A service sends a few before the session can answer it. */
export const MAX_HELD_EVENTS = 1000;

type Event = (host: ServiceHost) => void;

/**
 * Holds the events of a connection until the session can answer them: the result of a tool that the service requests
 * before that could not be sent, and the service would wait for it in vain.
 */
export class HeldEvents {
  /** For the service. */
  readonly host: ServiceHost;
  readonly #onFull: () => void;
  #held: Event[] = [];
  #target: ServiceHost | undefined;

  /** @param onFull - is called for each event beyond the bound, which is dropped */
  constructor(clock: Clock, onFull: () => void) {
    this.#onFull = onFull;
    const pass = (event: Event) => this.#pass(event);
    this.host = {
      clock,
      audio: (...args) => pass((target) => target.audio(...args)),
      replyStarted: (...args) => pass((target) => target.replyStarted(...args)),
      replyDone: (...args) => pass((target) => target.replyDone(...args)),
      speech: (...args) => pass((target) => target.speech(...args)),
      interrupted: (...args) => pass((target) => target.interrupted(...args)),
      text: (...args) => pass((target) => target.text(...args)),
      toolCall: (...args) => pass((target) => target.toolCall(...args)),
      toolCancelled: (...args) => pass((target) => target.toolCancelled(...args)),
      expires: (...args) => pass((target) => target.expires(...args)),
      resumable: (...args) => pass((target) => target.resumable(...args)),
      usage: (...args) => pass((target) => target.usage(...args)),
      problem: (...args) => pass((target) => target.problem(...args)),
      closed: (...args) => pass((target) => target.closed(...args)),
    };
  }

  /** Passes the held events on, in order, and from then on every event as it happens. */
  release(target: ServiceHost): void {
    // An event may cause others, which come after those that are held.
    for (const event of this.#held) event(target);
    this.#held = [];
    this.#target = target;
  }

  /** Forgets what is held. */
  clear(): void {
    this.#held = [];
  }

  #pass(event: Event): void {
    if (this.#target) event(this.#target);
    else if (this.#held.length < MAX_HELD_EVENTS) this.#held.push(event);
    else this.#onFull();
  }
}
