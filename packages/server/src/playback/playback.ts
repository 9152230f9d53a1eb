/** How a playback came out. */
export interface PlaybackResult {
  /**
   * - `completed`: the client reported that it was heard to its end
   * - `interrupted`: stopped by `bargeIn()` or `stop()`
   * - `callEnded`: the call ended first
   * - `assumed`: the client reported nothing; the duration of the audio and 2 s more have passed
   */
  readonly ended: 'completed' | 'interrupted' | 'callEnded' | 'assumed';
  /**
   * What the caller heard of it, in milliseconds, as far as the client reported it. Never more than was sent. When the call
   * ended under it the caller heard at most so much: news of the end takes its time.
   */
  readonly heardMs: number;
}

/** Options of `play` and `playback`. */
export interface PlayOptions {
  /**
   * What the bytes of a raw source are; default: the call's own format. Bytes in another format are converted.
   * Of no effect on `wav()` and `pcm16()`, which know.
   */
  readonly format?: 'PCMU' | 'L16';
  /** Stops this playback as soon as the caller speaks or presses a key; default false. */
  readonly bargeIn?: boolean;
  /**
   * Audio to gather before the first frame leaves, and again after a gap, in milliseconds; default 0. For a source that
   * gives its audio no faster than it is heard, such as 200: without it each late piece is a gap. Waits no longer than
   * this from the first piece on. From 0 to 1000.
   */
  readonly leadMs?: number;
}

/** What the caller heard of one part of a stream. */
export interface HeardPart {
  readonly key: string;
  /** In milliseconds, never more than `totalMs`. */
  readonly heardMs: number;
  /** What was written of it, in milliseconds. */
  readonly totalMs: number;
}

/** A playback that was stopped. */
export interface StoppedPlayback {
  /** The handle that `playback`, `stream` or `play` made of it. */
  readonly playback: Playback;
  /** What the caller heard of it, in milliseconds: 0 for one whose turn had not come. */
  readonly heardMs: number;
  /** The same by its marks; empty for anything but a stream. */
  readonly heard: readonly HeardPart[];
}

/** One playback in the making, a handle and no promise. */
export interface Playback {
  /** Resolves when the caller begins to hear it; rejects with `CallEnded`, or when it ended unheard. */
  readonly started: Promise<void>;
  /** Resolves when it is over; rejects only when its source failed. */
  readonly finished: Promise<PlaybackResult>;
  /** What the caller has heard of it so far, in milliseconds, as far as the client reported it. */
  readonly heardMs: number;
  /** Stops it: drops what is queued, and has the client drop what it holds. The next one queued begins; does nothing once it is over. */
  stop(): void;
}
