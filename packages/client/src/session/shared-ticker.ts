import { type Clock, createTicker, type Ticker } from '@hookline/runtime';

/** One ticker for all calls on a clock: a deadline timer for each call would cost twice as much. */
const tickers = new WeakMap<Clock, Ticker>();

/** The ticker that all calls on `clock` have in common. */
export function tickerOf(clock: Clock): Ticker {
  let ticker = tickers.get(clock);
  if (!ticker) {
    ticker = createTicker(clock);
    tickers.set(clock, ticker);
  }
  return ticker;
}
