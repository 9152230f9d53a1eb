/** Options of `collectDigits`. */
export interface CollectDigitsOptions {
  /** Ends after this many keys; default no limit. */
  readonly max?: number;
  /** Keys that end it and are not part of the digits; default `'#'`. */
  readonly end?: string;
  /** How long to wait for the first key after playback has ended; default 10,000 ms, at most a day. */
  readonly timeoutMs?: number;
  /** How long to wait for each next key; default 4,000 ms, at most a day. */
  readonly interDigitMs?: number;
  /** Whether a key stops playback, including one that was pressed before; default true. */
  readonly bargeIn?: boolean;
}

/** The result of `collectDigits`. */
export interface CollectedDigits {
  /** The keys in order, without the one that ended it. */
  readonly digits: string;
  /**
   * - `max`: as many as asked for
   * - `end`: a key of `end`
   * - `timeout`: no first key in time
   * - `interDigit`: no next key in time
   */
  readonly ended: 'max' | 'end' | 'timeout' | 'interDigit';
  /** The key that ended it, when `ended` is `end`. */
  readonly endedBy?: string;
}
