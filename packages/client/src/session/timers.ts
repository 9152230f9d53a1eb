import { type Alarm, type Clock, createTicker, type Ticker } from '@hookline/runtime';
import type { TimerName } from './machine/events.js';

/** One ticker for all calls on a clock, because a deadline timer per call would cost twice as much. */
const tickers = new WeakMap<Clock, Ticker>();

/** The ticker that all calls on `clock` share. */
export function tickerOf(clock: Clock): Ticker {
  let ticker = tickers.get(clock);
  if (!ticker) {
    ticker = createTicker(clock);
    tickers.set(clock, ticker);
  }
  return ticker;
}

/** The timers of a session: at most one per name. Rearming a timer, as each ping does, allocates no object. */
export class Timers {
  readonly #clock: Clock;
  readonly #ticker: Ticker;
  readonly #timers = new Map<TimerName, Timer>();

  constructor(clock: Clock, ticker: Ticker) {
    this.#clock = clock;
    this.#ticker = ticker;
  }

  /** Calls `callback` after `ms`, and cancels a pending timer with the same name. */
  arm(name: TimerName, ms: number, callback: () => void): void {
    let timer = this.#timers.get(name);
    if (!timer) {
      timer = new Timer(this.#ticker);
      this.#timers.set(name, timer);
    }
    timer.callback = callback;
    timer.alarm.set(this.#clock.now() + ms);
  }

  disarm(name: TimerName): void {
    this.#timers.get(name)?.alarm.clear();
  }
}

class Timer {
  readonly alarm: Alarm;
  callback: () => void = () => {};

  constructor(ticker: Ticker) {
    this.alarm = ticker.alarm(() => this.callback());
  }
}
