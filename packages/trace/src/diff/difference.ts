import type { Lane } from '../vantage.js';
import type { JsonValue } from './json.js';

/** One thing in which a call differs from another. Times are milliseconds since `t` = 0 of each trace. */
export interface TraceDifference {
  /**
   * - `missing`: only A has it; `extra`: only B has it
   * - `changed`: both have it, with another value
   * - `time`: both have it, at another time; only where times are compared
   */
  readonly kind: 'missing' | 'extra' | 'changed' | 'time';
  /** What is compared: a message, the bot's audio, the handshake, the end, broken rules or the result. */
  readonly of: 'message' | 'audio' | 'handshake' | 'end' | 'rule' | 'result';
  /** The sender; undefined if it has none. */
  readonly lane?: Lane;
  /** The type of a message, or the id of a rule. */
  readonly type?: string;
  /** Where within it, such as `parameters.outputVariables.reservationId`. */
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
