import { type Cancel, type Clock, checkArgument } from '@hookline/runtime';
import type { Call } from '../action/call.js';
import { checkNumber } from '../argument-error.js';

/** Waits for silence of the bot, as the caller hears it. */
export interface BotSilence {
  /** Resolves with true when the bot has been silent for `ms` milliseconds, with false if the call ended first. */
  quietFor(ms: number): Promise<boolean>;
  /**
   * Resolves with true when a playback of the bot has ended after this call and the bot was then silent for `ms`
   * milliseconds, with false if the call ended first.
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
  let playing = call.progress.playing;
  let ended = false;
  let sinceMs: number | undefined = call.state === 'open' ? clock.now() : undefined;
  let playbacks = 0;
  const changed = new Set<() => void>();
  const change = () => {
    for (const listener of [...changed]) listener();
  };

  call.on('state', (state) => {
    if (state === 'open') sinceMs = clock.now();
    change();
  });
  call.on('playbackStarted', () => {
    playing = true;
    change();
  });
  call.on('playbackCompleted', () => {
    playing = false;
    playbacks += 1;
    sinceMs = clock.now();
    change();
  });
  void call.result.then(() => {
    ended = true;
    change();
  });

  const wait = (ms: number, afterPlaybacks: number): Promise<boolean> =>
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
        if (playing || sinceMs === undefined || playbacks < afterPlaybacks) return;
        const leftMs = sinceMs + ms - clock.now();
        if (leftMs <= 0) return settle(true);
        cancelTimer = clock.after(leftMs, look);
      };
      changed.add(look);
      look();
    });

  return {
    quietFor: (ms) => wait(ms, 0),
    repliedAndQuietFor: (ms) => wait(ms, playbacks + 1),
  };
}
