import { UTTERANCE_GAP_MS } from '@hookline/audio';

/** Shorter silence within a playback is a pause between sentences, in milliseconds. */
export const SENTENCE_PAUSE_MS = 2000;

/**
 * Whether a sound of the bot, at the start of a playback or after a pause, only goes on with what the bot said before,
 * and thus answers nothing. This rule decides which sound is a reply, and when it is the caller's turn.
 *
 * While the caller speaks, the bot has not heard what it would answer: unless it was silent for long, it goes on.
 * Afterwards, a short gap is one of late audio, unless what the caller said ended in it.
 *
 * @param pauseMs - how long the bot was silent before; Infinity if it had not been heard
 * @param inputEndedMs - how long before the sound the caller's input ended; undefined while the caller speaks
 */
export function goesOn(pauseMs: number, inputEndedMs: number | undefined): boolean {
  if (inputEndedMs === undefined) return pauseMs < SENTENCE_PAUSE_MS;
  return pauseMs <= UTTERANCE_GAP_MS && pauseMs <= inputEndedMs;
}
