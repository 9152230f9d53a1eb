import type { Call } from '@hookline/client';
import type { Cancel, Clock } from '@hookline/runtime';

/** A point in a call that is not known before it comes. */
export interface Moment {
  /** `opened`: the call is open. `playback`: the caller begins to hear the bot, for the first time from now on. */
  readonly from: 'opened' | 'playback';
  /** Milliseconds after that. */
  readonly afterMs: number;
}

/**
 * Calls `act` once at a moment of a call, or never when the call ends before.
 *
 * @param clock - the call's
 * @returns what takes it back
 */
export function atMoment(call: Call, clock: Clock, moment: Moment, act: () => void): Cancel {
  let cancelTimer: Cancel = () => {};
  let begun = false;
  const begin = () => {
    if (begun) return;
    begun = true;
    cancelTimer = clock.after(moment.afterMs, act);
  };
  const offPlayback = call.on('playbackStarted', () => {
    if (moment.from === 'playback') begin();
  });
  const offState = call.on('state', (state) => {
    if (moment.from === 'opened' && state === 'open') begin();
    if (state === 'closing' || state === 'closed') cancel();
  });
  const cancel = () => {
    offPlayback();
    offState();
    cancelTimer();
    begun = true;
  };
  if (moment.from === 'opened' && call.state === 'open') begin();
  return cancel;
}
