/**
 * Faults of the platform or the network that a bot has to bear. Everything is off by default, and the same under the same
 * seed. Shares are from 0 to 1, times in milliseconds.
 */
export interface Faults {
  /** Default 1. */
  readonly seed?: number;
  /** The share of pings that are not sent. */
  readonly dropPings?: number;
  /** Each ping leaves up to this much late. */
  readonly delayPingsMs?: number;
  /** The share of messages that repeat the `seq` of the message before. */
  readonly duplicateSeq?: number;
  /** Each frame of caller audio leaves up to this much late; the clock of the stream does not drift. */
  readonly jitterMs?: number;
  /** Error 429 at these moments after `opened`, deserved or not. */
  readonly rateLimit?: { readonly everyMs: number; readonly retryAfterMs: number };
  /** Caller audio that is lost on the way, reported with `discarded`: from a moment after `opened`, for a while. */
  readonly discard?: { readonly atMs: number; readonly ms: number };
  /** The caller hangs up this long after a playback has begun. */
  readonly closeMidPlaybackMs?: number;
  /** This long after `opened` the platform becomes unavailable: error 503, then `close` with reason `error`. */
  readonly unavailableAfterMs?: number;
  /** From this moment after dialling nothing is read from the socket. */
  readonly stopReadingAfterMs?: number;
  /** The connection is reset once this many bytes of messages and audio have been sent. */
  readonly resetAtByte?: number;
}
