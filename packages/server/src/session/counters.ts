import type { CallStats } from '../call/call-stats.js';

/** `CallStats` while it is being counted. */
export type Counters = { -readonly [Name in keyof CallStats]: CallStats[Name] };

/** All at zero. */
export function newCounters(): Counters {
  return {
    audioInFrames: 0,
    audioInMs: 0,
    audioOutFrames: 0,
    audioOutMs: 0,
    droppedInFrames: 0,
    droppedOutFrames: 0,
    droppedTapFrames: 0,
    unknownMessages: 0,
    ignoredMessages: 0,
    rateLimited: 0,
    underruns: 0,
  };
}
