/** The result of a playback. */
export interface PlaybackResult {
  /**
   * - `completed`: the client reported that it was heard to its end
   * - `interrupted`: stopped by `bargeIn()` or `stop()`
   * - `callEnded`: the call ended first
   * - `assumed`: the client reported nothing; the duration of the audio and 2 s more have passed
   */
  readonly ended: 'completed' | 'interrupted' | 'callEnded' | 'assumed';
  /**
   * The heard duration in milliseconds, as far as the client reported it. Never more than was sent. If the call ended
   * during the playback, this is an upper bound, because the end of the call is reported with a delay.
   */
  readonly heardMs: number;
}

/** Options of `play` and `playback`. */
export interface PlayOptions {
  /**
   * The format of the bytes of a raw source; default: the format of the call. Bytes in another format are converted.
   * Has no effect on `wav()` and `pcm16()`.
   */
  readonly format?: 'PCMU' | 'L16';
  /** Stops this playback as soon as the caller speaks or presses a key; default false. */
  readonly bargeIn?: boolean;
  /** Stops this playback as soon as another one is queued; default false. For audio that fills a wait, such as music. */
  readonly yields?: boolean;
  /**
   * How much audio to buffer before the first frame is sent, and again after a gap, in milliseconds, from 0 to 1000;
   * default 0. For a source that yields its audio no faster than real time, a value such as 200 avoids a gap for each
   * late piece. Never waits longer than this after the first piece.
   */
  readonly leadMs?: number;
}

/** How much of one part of a stream the caller heard. */
export interface HeardPart {
  readonly key: string;
  /** In milliseconds, never more than `totalMs`. */
  readonly heardMs: number;
  /** The written duration, in milliseconds. */
  readonly totalMs: number;
}

/** A playback that was stopped. */
export interface StoppedPlayback {
  /** The handle that `playback`, `stream` or `play` created. */
  readonly playback: Playback;
  /** The heard duration in milliseconds; 0 for a playback that was still queued. */
  readonly heardMs: number;
  /** The same for each mark; empty unless it is a stream. */
  readonly heard: readonly HeardPart[];
}

/** The handle of a playback. It is not a promise itself. */
export interface Playback {
  /** Resolves when the caller starts to hear it; rejects with `CallEnded`, or if it ended before that. */
  readonly started: Promise<void>;
  /** Resolves when it is over; rejects only if its source failed. */
  readonly finished: Promise<PlaybackResult>;
  /** The heard duration so far in milliseconds, as far as the client reported it. */
  readonly heardMs: number;
  /**
   * Stops it: drops its queued audio, and makes the client drop its buffered audio. The next queued playback starts.
   * Has no effect once it is over.
   */
  stop(): void;
}
