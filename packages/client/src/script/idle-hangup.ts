import { type Cancel, type Clock, checkArgument } from '@hookline/runtime';
import type { Call } from '../action/call.js';

/**
 * Hangs up once the caller has said all and has then heard nothing for `idleMs` milliseconds.
 *
 * @param clock - the one that the call was given
 * @param said - resolves when the caller has said all, as `sayInTurn` does
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
