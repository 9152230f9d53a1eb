/** A stretch of caller audio that never came. */
export interface AudioGap {
  /** Where the gap began, in milliseconds of the caller's stream. */
  readonly startMs: number;
  /** How long it was, in milliseconds. */
  readonly discardedMs: number;
}

/** When something happened, by the client's own account. */
export interface AtPosition {
  /** The client's stream position, in milliseconds. */
  readonly positionMs: number;
}

/** What `call.on` tells, by event. There is no event named `error`: nothing throws for lack of a listener. */
export interface CallEvents {
  /** The caller pressed one key. */
  dtmf: AtPosition & { readonly digit: string };
  /** The language changed during the call. */
  update: { readonly language: string | undefined };
  /** The client sends no audio from here on. */
  paused: AtPosition;
  /** Caller audio flows again. */
  resumed: AudioGap;
  /** The client dropped caller audio. */
  discarded: AudioGap;
  /** The client reported an error; 429 has been honoured already. */
  clientError: {
    readonly code: number;
    readonly message: string;
    readonly retryAfterMs: number | undefined;
  };
  /** The caller begins to hear bot audio. */
  playbackStarted: AtPosition;
  /** The client ran out of bot audio, or dropped what was left. */
  playbackCompleted: AtPosition;
}
