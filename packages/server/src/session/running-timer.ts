import type { Cancel, Clock, Ticker } from '@hookline/runtime';
import type { BotTimers } from '../bot-limits.js';
import { deadline } from '../deadline.js';
import type { SessionTimer } from './machine.js';

/** After a flood was reported: how long the connection stays open from the next message on, in milliseconds. */
const FLOOD_LINGER_MS = 500;

/** The clock and the durations of the timers. */
export interface TimerHost {
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly timers: BotTimers;
}

/** The running timer of a session. During most of a call there is none. */
export class RunningTimer {
  readonly timer: SessionTimer;
  readonly cancel: Cancel;

  constructor(timer: SessionTimer, { clock, ticker, timers }: TimerHost, onDue: () => void) {
    this.timer = timer;
    this.cancel = deadline(clock, clock.now() + msOf(timer, timers), onDue, ticker);
  }
}

function msOf(timer: SessionTimer, { openMs, closeMs, socketMs }: BotTimers): number {
  switch (timer) {
    case 'open':
      return openMs;
    case 'close':
      return closeMs;
    case 'socket':
      return socketMs;
    case 'flood':
      return FLOOD_LINGER_MS;
  }
}
