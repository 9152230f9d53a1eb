import { type Cancel, type Clock, checkArgument, contain } from '@hookline/runtime';
import type { Call } from '../action/call.js';
import { checkNumber } from '../argument-error.js';
import { silenceLeftMs } from './silence-left.js';

/**
 * Hangs up when the caller has finished speaking and has then heard nothing for `idleMs` milliseconds.
 *
 * @param clock - the clock of the call
 * @param said - settles when the caller has finished speaking, like `sayInTurn`; the caller of a rejected promise says
 *   no more
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` naming the argument
 */
export function hangUpWhenIdle(call: Call, clock: Clock, said: Promise<void>, idleMs: number): void {
  checkArgument('CLIENT_BAD_ARGUMENT', 'hangUpWhenIdle: call', call, 'object');
  checkArgument('CLIENT_BAD_ARGUMENT', 'hangUpWhenIdle: clock', clock, 'object');
  checkNumber('hangUpWhenIdle: idleMs', idleMs, { min: 0, infinite: true });
  let cancelTimer: Cancel = () => {};
  let ended = false;
  void call.result.then(() => {
    ended = true;
    cancelTimer();
  });
  void contain(said).then(() => {
    const saidMs = call.elapsedMs;
    const look = () => {
      cancelTimer();
      if (ended) return;
      const leftMs = silenceLeftMs(call, idleMs, saidMs);
      if (leftMs === 0) call.hangup();
      else cancelTimer = clock.after(leftMs, look);
    };
    look();
  });
}
