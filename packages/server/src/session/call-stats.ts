/** The counts of a call so far. */
export interface CallStats {
  /** Frames and milliseconds of caller audio that were accepted. */
  readonly audioInFrames: number;
  readonly audioInMs: number;
  /** Frames and milliseconds of bot audio that were sent. */
  readonly audioOutFrames: number;
  readonly audioOutMs: number;
  /** Frames of caller audio that arrived when none was due, or faster than the limit. */
  readonly droppedInFrames: number;
  /** Frames of bot audio that could not be sent because the call was over or accepts no audio. */
  readonly droppedOutFrames: number;
  /** Frames that a tap dropped because nobody read it. */
  readonly droppedTapFrames: number;
  /** Milliseconds written to streams after their end or beyond their bound. */
  readonly droppedStreamMs: number;
  /** Client messages of an unknown type, and of a known type without effect in the state of the session. */
  readonly unknownMessages: number;
  readonly ignoredMessages: number;
  /** Times the client reported that the server was too fast (429). */
  readonly rateLimited: number;
  /** Gaps inside a playback because its source was late. */
  readonly underruns: number;
}

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
    droppedStreamMs: 0,
    unknownMessages: 0,
    ignoredMessages: 0,
    rateLimited: 0,
    underruns: 0,
  };
}

/** The counts as the bot may see them: they follow `counters`, and cannot be written. */
export function statsOf(counters: Counters): CallStats {
  const getters = Object.keys(counters).map((name) => [name, { get: () => Reflect.get(counters, name) }]);
  return Object.freeze(Object.defineProperties(newCounters(), Object.fromEntries(getters)));
}
