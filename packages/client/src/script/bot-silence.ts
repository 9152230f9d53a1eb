import { UTTERANCE_GAP_MS } from '@hookline/audio';
import { type Cancel, type Clock, checkArgument } from '@hookline/runtime';
import type { Call } from '../action/call.js';
import { checkNumber } from '../argument-error.js';
import { SLICE_MS } from '../playback/bot-sound.js';
import { SENTENCE_PAUSE_MS } from '../playback/goes-on.js';
import { type BotAnswer, watchBotAnswer } from './bot-answer.js';
import { silenceLeftMs } from './silence-left.js';

/** A stream of silence that runs empty goes on within this time, in milliseconds. */
const RESUME_MS = 100;

/**
 * Waits for silence of the bot, as the caller hears it: audio below −50 dBFS is silence. Within a playback, silence of
 * less than 2 s is a pause between sentences.
 */
export interface BotSilence {
  /** Resolves with true when the bot has been silent for `ms` milliseconds, with false if the call ended first. */
  quietFor(ms: number): Promise<boolean>;
  /**
   * Resolves with true when the bot has replied after this call, or has ended a playback of silence, and was then silent
   * for `ms` milliseconds, with false if the call ended first. Sound with which it only goes on is no reply.
   *
   * @param said - settles when the caller has finished speaking, such as `call.say(…)`; default: the caller has finished
   */
  repliedAndQuietFor(ms: number, said?: Promise<unknown>): Promise<boolean>;
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
  /** When a playback ended that had been silent for long, as if the bot sent silence continuously. */
  let silentPlaybackEndMs: number | undefined;
  let ended = false;
  const changed = new Set<() => void>();
  const change = () => {
    for (const listener of [...changed]) listener();
  };
  // While a playback is in progress, only time shows whether the bot makes sound.
  call.on('state', change);
  call.on('playbackCompleted', () => {
    silentPlaybackEndMs = call.botSilentMs > UTTERANCE_GAP_MS ? call.elapsedMs : undefined;
    change();
  });
  void call.result.then(() => {
    ended = true;
    change();
  });

  /** How long a stream of silence may still go on, in which a pause between sentences can be as long as the silence. */
  const resumeLeftMs = (): number => {
    if (silentPlaybackEndMs === undefined || call.progress.playing) return 0;
    if (call.botSilentMs >= SENTENCE_PAUSE_MS) return 0;
    return Math.max(0, silentPlaybackEndMs + RESUME_MS - call.elapsedMs);
  };

  const wait = (ms: number, answer?: BotAnswer): Promise<boolean> =>
    new Promise((resolve) => {
      checkNumber('ms', ms, { min: 0, infinite: true });
      let cancelTimer: Cancel = () => {};
      const settle = (reached: boolean) => {
        cancelTimer();
        changed.delete(look);
        answer?.stop();
        resolve(reached);
      };
      const look = () => {
        cancelTimer();
        if (ended) return settle(false);
        const { openedAtMs } = call.progress;
        if (openedAtMs === undefined) return;
        const sinceMs = answer ? answer.givenAtMs : beganMs;
        if (sinceMs === undefined) {
          // Silence after a reply that has not begun cannot be long enough earlier. No sound must be missed.
          cancelTimer = clock.after(Math.max(Math.min(ms, UTTERANCE_GAP_MS), SLICE_MS), look);
          return;
        }
        const leftMs = silenceLeftMs(call, ms, Math.max(sinceMs, openedAtMs)) || resumeLeftMs();
        if (leftMs === 0) settle(true);
        else cancelTimer = clock.after(leftMs, look);
      };
      changed.add(look);
      look();
    });

  return {
    quietFor: (ms) => wait(ms),
    repliedAndQuietFor: async (ms, said) => {
      checkNumber('ms', ms, { min: 0, infinite: true });
      if (said !== undefined)
        checkArgument('CLIENT_BAD_ARGUMENT', 'repliedAndQuietFor: said', said, 'object');
      return wait(ms, watchBotAnswer(call, said));
    },
  };
}
