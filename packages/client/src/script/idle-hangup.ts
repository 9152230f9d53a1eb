import { type Cancel, type Clock, checkArgument, contain } from '@hookline/runtime';
import type { Call } from '../action/call.js';
import { checkNumber } from '../argument-error.js';

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
  let done = false;
  let ended = false;
  let playing = call.progress.playing;
  let cancelTimer: Cancel = () => {};
  const watch = () => {
    cancelTimer();
    if (done && !playing && !ended) cancelTimer = clock.after(idleMs, () => call.hangup());
  };
  call.on('playbackStarted', () => {
    playing = true;
    watch();
  });
  call.on('playbackCompleted', () => {
    playing = false;
    watch();
  });
  void contain(said).then(() => {
    done = true;
    watch();
  });
  void call.result.then(() => {
    ended = true;
    cancelTimer();
  });
}
