import { type Cancel, type Clock, checkArgument, runUserCode } from '@hookline/runtime';
import type { Call } from '../action/call.js';
import { argumentError, checkNumber } from '../argument-error.js';

/** A moment of a call: some milliseconds after it opened, or after a playback started. */
export interface Moment {
  /** `opened`, or which playback of the call: 1 is the first. */
  readonly from: 'opened' | number;
  /** How long after it, in milliseconds. */
  readonly afterMs: number;
}

/**
 * Runs `action` once, at a moment of a call, unless the call ends first; at once if the moment has passed. An error of
 * `action` is ignored.
 *
 * @param clock - the clock of the call
 * @returns a function that cancels it
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` naming the argument
 */
export function atMoment(call: Call, clock: Clock, moment: Moment, action: () => void): Cancel {
  checkArgument('CLIENT_BAD_ARGUMENT', 'atMoment: call', call, 'object');
  checkArgument('CLIENT_BAD_ARGUMENT', 'atMoment: clock', clock, 'object');
  checkArgument('CLIENT_BAD_ARGUMENT', 'atMoment: moment', moment, 'object');
  if (moment.from !== 'opened' && !(Number.isSafeInteger(moment.from) && moment.from >= 1))
    throw argumentError('atMoment: moment.from', moment.from, "'opened' or a whole number of 1 or more");
  checkNumber('atMoment: moment.afterMs', moment.afterMs, { infinite: true });
  checkArgument('CLIENT_BAD_ARGUMENT', 'atMoment: action', action, 'function');
  let cancelTimer: Cancel = () => {};
  const begin = (afterMs: number) => {
    cancelTimer = clock.after(afterMs, () => {
      cancel();
      // In a timer, an error would end the process.
      runUserCode(action, () => {});
    });
  };
  const { openedAtMs, playbackStartsMs, ...soFar } = call.progress;
  let { playbacks } = soFar;
  const stops = [
    moment.from === 'opened'
      ? call.on('state', (state) => {
          if (state === 'open') begin(moment.afterMs);
        })
      : call.on('playbackStarted', () => {
          playbacks += 1;
          if (playbacks === moment.from) begin(moment.afterMs);
        }),
  ];
  const cancel = () => {
    cancelTimer();
    for (const stop of stops) stop();
  };
  void call.result.then(cancel);
  const began = moment.from === 'opened' ? openedAtMs !== undefined : playbacks >= moment.from;
  if (began) {
    const beganMs = moment.from === 'opened' ? openedAtMs : playbackStartsMs[moment.from - 1];
    begin(Math.max(0, (beganMs ?? call.elapsedMs) + moment.afterMs - call.elapsedMs));
  }
  return cancel;
}
