import type { Cancel, Clock, Ticker } from '@hookline/runtime';
import type { BotTimers } from '../bot-limits.js';
import type { SessionTimer } from './machine.js';

/** How long the connection stays open after the first message that follows the report of a flood, in milliseconds. */
const FLOOD_FAREWELL_MS = 500;

/** The timers of a session, of which one runs at a time. */
export class SessionTimers {
  readonly #clock: Clock;
  readonly #ticker: Ticker;
  readonly #ms: Readonly<Record<SessionTimer, number>>;
  readonly #onDue: (timer: SessionTimer) => void;
  #running: SessionTimer | undefined;
  #cancel: Cancel = () => {};

  constructor(clock: Clock, ticker: Ticker, timers: BotTimers, onDue: (timer: SessionTimer) => void) {
    const { openMs: open, closeMs: close, socketMs: socket } = timers;
    this.#clock = clock;
    this.#ticker = ticker;
    this.#ms = { open, close, socket, flood: FLOOD_FAREWELL_MS };
    this.#onDue = onDue;
  }

  /** Starts a timer in place of the running one, or none. */
  arm(timer: SessionTimer | undefined): void {
    // Each message of a flood starts it again; only the first start counts.
    if (timer === 'flood' && this.#running === 'flood') return;
    this.#cancel();
    this.#running = timer;
    this.#cancel = timer
      ? this.#ticker.at(this.#clock.now() + this.#ms[timer], () => this.#onDue(timer))
      : () => {};
  }
}
