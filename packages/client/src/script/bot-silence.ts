import { type Cancel, type Clock, checkArgument } from '@hookline/runtime';
import type { Call } from '../action/call.js';
import { checkNumber } from '../argument-error.js';
import { SLICE_MS } from '../playback/bot-sound.js';
import { silenceLeftMs } from './silence-left.js';

/**
 * Waits for silence of the bot, as the caller hears it: audio below −50 dBFS is silence. Within a playback, silence of
 * less than 2 s is a pause between sentences.
 */
export interface BotSilence {
  /** Resolves with true when the bot has been silent for `ms` milliseconds, with false if the call ended first. */
  quietFor(ms: number): Promise<boolean>;
  /**
   * Resolves with true when the bot has made sound after this call, or has ended a playback of silence, and was then
   * silent for `ms` milliseconds, with false if the call ended first.
   */
  repliedAndQuietFor(ms: number): Promise<boolean>;
}

/**
 * Watches for silence of the bot. Silence from before it is called does not count.
 *
 * @param clock - the clock of the call
 */
export function watchBotSilence(call: Call, clock: Clock): BotSilence {
  checkArgument('CLIENT_BAD_ARGUMENT', 'watchBotSilence: call', call, 'object');
  checkArgument('CLIENT_BAD_ARGUMENT', 'watchBotSilence: clock', clock, 'object');
  const beganMs = call.elapsedMs;
  /** When the last playback ended. */
  let playedToMs: number | undefined;
  let ended = false;
  const changed = new Set<() => void>();
  const change = () => {
    for (const listener of [...changed]) listener();
  };
  // While a playback is in progress, only time shows whether the bot makes sound.
  call.on('state', change);
  call.on('playbackCompleted', () => {
    playedToMs = call.elapsedMs;
    change();
  });
  void call.result.then(() => {
    ended = true;
    change();
  });

  /** Whether the bot has played something after this time, if only silence, and nothing for `ms` milliseconds since. */
  const hasPlayed = (afterMs: number, ms: number): boolean =>
    playedToMs !== undefined &&
    playedToMs > afterMs &&
    !call.progress.playing &&
    call.elapsedMs - playedToMs >= ms;

  /** @param repliedAfterMs - the bot must have made sound after this time since dialling */
  const wait = (ms: number, repliedAfterMs?: number): Promise<boolean> =>
    new Promise((resolve) => {
      checkNumber('ms', ms, { min: 0, infinite: true });
      let cancelTimer: Cancel = () => {};
      const settle = (reached: boolean) => {
        cancelTimer();
        changed.delete(look);
        resolve(reached);
      };
      const look = () => {
        cancelTimer();
        if (ended) return settle(false);
        const { openedAtMs } = call.progress;
        if (openedAtMs === undefined) return;
        if (
          repliedAfterMs !== undefined &&
          call.elapsedMs - call.botSilentMs <= repliedAfterMs &&
          !hasPlayed(repliedAfterMs, ms)
        ) {
          // Silence after a reply that has not begun cannot be long enough earlier.
          cancelTimer = clock.after(Math.max(ms, SLICE_MS), look);
          return;
        }
        const leftMs = silenceLeftMs(call, ms, Math.max(beganMs, openedAtMs));
        if (leftMs === 0) settle(true);
        else cancelTimer = clock.after(leftMs, look);
      };
      changed.add(look);
      look();
    });

  return {
    quietFor: (ms) => wait(ms),
    repliedAndQuietFor: (ms) => wait(ms, call.elapsedMs),
  };
}
