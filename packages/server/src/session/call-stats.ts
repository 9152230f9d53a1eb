/** What a call has counted so far. */
export interface CallStats {
  /** Frames and milliseconds of caller audio that were taken. */
  readonly audioInFrames: number;
  readonly audioInMs: number;
  /** Frames and milliseconds of bot audio that were sent. */
  readonly audioOutFrames: number;
  readonly audioOutMs: number;
  /** Frames of caller audio that came when none was expected, or faster than the limit. */
  readonly droppedInFrames: number;
  /** Frames of bot audio that could not be sent: no call, or no audio any more. */
  readonly droppedOutFrames: number;
  /** Frames that a tap dropped because nobody read it. */
  readonly droppedTapFrames: number;
  /** Milliseconds written to streams that were over, or beyond their bound. */
  readonly droppedStreamMs: number;
  /** Client messages of an unknown type, and of a known type that changed nothing where they came. */
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
