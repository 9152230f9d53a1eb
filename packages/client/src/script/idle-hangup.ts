import { type Cancel, type Clock, checkArgument } from '@hookline/runtime';
import type { Call } from '../action/call.js';

/**
 * Hangs up when the caller has finished speaking and has then heard nothing for `idleMs` milliseconds.
 *
 * @param clock - the clock of the call
 * @param said - resolves when the caller has finished speaking, like `sayInTurn`
 */
export function hangUpWhenIdle(call: Call, clock: Clock, said: Promise<void>, idleMs: number): void {
  checkArgument('CLIENT_BAD_ARGUMENT', 'hangUpWhenIdle: call', call, 'object');
  checkArgument('CLIENT_BAD_ARGUMENT', 'hangUpWhenIdle: clock', clock, 'object');
  let done = false;
  let ended = false;
  let playing = false;
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
  void said.then(() => {
    done = true;
    watch();
  });
  void call.result.then(() => {
    ended = true;
    cancelTimer();
  });
}
