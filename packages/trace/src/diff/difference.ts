import type { Lane } from '../vantage.js';
import type { JsonValue } from './json.js';

/** A difference between two calls. Times are in milliseconds since `t` = 0 of each trace. */
export interface TraceDifference {
  /**
   * - `missing`: only in A; `extra`: only in B
   * - `changed`: in both, with different values
   * - `time`: in both, at different times; only if times are compared
   */
  readonly kind: 'missing' | 'extra' | 'changed' | 'time';
  /** What differs: a message, the bot's audio, the handshake, the end, violations or the result. */
  readonly of: 'message' | 'audio' | 'handshake' | 'end' | 'rule' | 'result';
  /** The sender; undefined if it has none. */
  readonly lane?: Lane;
  /** The type of a message, or the id of a rule. */
  readonly type?: string;
  /** The path within it, such as `parameters.outputVariables.reservationId`. */
  readonly path?: string;
  readonly a?: JsonValue;
  readonly b?: JsonValue;
  /** Time in A. */
  readonly atA?: number;
  /** Time in B. */
  readonly atB?: number;
  /** The difference as a sentence. Contains text of the peers unescaped. */
  readonly text: string;
}
