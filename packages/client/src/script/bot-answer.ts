import type { Call } from '../action/call.js';
import { goesOn } from '../playback/goes-on.js';

/** Watches a call for the bot's answer to what the caller says. */
export interface BotAnswer {
  /** When the answer so far began, or ended if it was a playback of silence; undefined if there is none. */
  readonly givenAtMs: number | undefined;
  stop(): void;
}

/**
 * Watches for sound with which the bot does not only go on, by the rule in `goes-on.ts`, and for a playback of silence
 * after the caller has finished. A playback that a barge-in drops is no answer: the bot drops it to listen.
 *
 * @param said - settles when the caller has finished; undefined if the caller has
 */
export function watchBotAnswer(call: Call, said: Promise<unknown> | undefined): BotAnswer {
  /** When the caller finished. */
  let saidMs = said ? undefined : call.elapsedMs;
  const finished = () => {
    saidMs = call.elapsedMs;
  };
  if (said) void Promise.resolve(said).then(finished, finished);
  let judged = call.botSound;
  let startedMs: number | undefined;
  /** Whether the next sound continues nothing, because the bot dropped its audio or reported a turn. */
  let isNewTurn = false;
  /** The answer in the current playback, and in earlier ones. */
  let now: number | undefined;
  let before: number | undefined;

  const look = () => {
    const sound = call.botSound;
    if (!sound || sound === judged) return;
    judged = sound;
    const { atMs } = sound;
    const endedMs = saidMs === undefined || atMs < saidMs ? undefined : atMs - saidMs;
    const pauseMs = isNewTurn ? Number.POSITIVE_INFINITY : sound.pauseMs;
    isNewTurn = false;
    if (!goesOn(pauseMs, endedMs)) now ??= atMs;
  };

  const stops = [
    call.on('turn', () => {
      look();
      isNewTurn = true;
    }),
    call.on('playbackStarted', ({ t }) => {
      look();
      startedMs = t;
    }),
    call.on('playbackCompleted', ({ ended }) => {
      look();
      if (ended === 'bargeIn') isNewTurn = true;
      else {
        const isAfter = startedMs !== undefined && saidMs !== undefined && startedMs >= saidMs;
        const isSilent = startedMs !== undefined && (judged?.atMs ?? 0) < startedMs;
        before ??= now ?? (isAfter && isSilent ? call.elapsedMs : undefined);
      }
      now = undefined;
    }),
  ];

  return {
    get givenAtMs() {
      look();
      return before ?? now;
    },
    stop: () => {
      for (const stop of stops) stop();
    },
  };
}
