/**
 * Simulated faults of the platform or the network. All are off by default, and reproducible with the same seed. Shares
 * are from 0 to 1, times in milliseconds.
 */
export interface Faults {
  /** Default 1. */
  readonly seed?: number;
  /** The share of pings that are not sent. */
  readonly dropPings?: number;
  /** The maximum delay of each ping. While one is delayed, no other is sent. */
  readonly delayPingsMs?: number;
  /** The share of messages that repeat the previous `seq`. */
  readonly duplicateSeq?: number;
  /** The maximum delay of each frame of caller audio; the clock of the stream does not drift. */
  readonly jitterMs?: number;
  /**
   * Error 429 at these moments after `opened`, regardless of what the bot sends. `retryAfterMs`: at most 100 days, which
   * a message can carry.
   */
  readonly rateLimit?: { readonly everyMs: number; readonly retryAfterMs: number };
  /**
   * Lost caller audio, reported with `discarded`: from a moment after `opened`, for a duration. A pause or hold that
   * begins meanwhile contains what was lost.
   */
  readonly discard?: { readonly atMs: number; readonly ms: number };
  /** The caller hangs up this long after a playback has started. */
  readonly closeMidPlaybackMs?: number;
  /** This long after `opened` the platform becomes unavailable: error 503, then `close` with reason `error`. */
  readonly unavailableAfterMs?: number;
  /** The client stops reading the socket at this moment after dialling. */
  readonly stopReadingAfterMs?: number;
  /** The connection is reset once this many bytes of messages and audio have been sent. */
  readonly resetAtByte?: number;
}
