/**
 * Audio that continues at most this long after the audio before it ran out, in milliseconds, was meant to follow without
 * a gap: it belongs to the same utterance.
 */
export const UTTERANCE_GAP_MS = 500;
