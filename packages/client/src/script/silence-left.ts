import type { Call } from '../action/call.js';
import { SLICE_MS } from '../playback/bot-sound.js';
import { SENTENCE_PAUSE_MS } from '../playback/goes-on.js';

/** A tolerance for rounding errors of times, in milliseconds: below a sample. */
const TOLERANCE_MS = 0.1;

/**
 * How long to wait until the bot may have been silent for `ms` milliseconds; 0 if it has been.
 *
 * @param sinceMs - silence from before this time does not count, in milliseconds since dialling
 */
export function silenceLeftMs(call: Call, ms: number, sinceMs: number): number {
  const silentMs = Math.min(call.botSilentMs, call.elapsedMs - sinceMs);
  const { playing } = call.progress;
  const leftMs = (playing ? Math.max(ms, SENTENCE_PAUSE_MS) : ms) - silentMs;
  if (leftMs <= TOLERANCE_MS) return 0;
  // On hold, silence does not get longer.
  return playing ? Math.max(leftMs, SLICE_MS) : leftMs;
}
