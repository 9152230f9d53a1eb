import type { ClauseId, ErrorCode, RateKind, ServerMessage } from '@hookline/protocol';
import type { TransportEnd } from '@hookline/runtime';
import type { Cause } from '../../outcome/causes.js';
import type { DialStep } from '../../transport/dial.js';
import type { WrongPong } from '../heartbeat.js';

/** The timers of a session, named after what they wait for. */
export type TimerName =
  /** The end of the upgrade. */
  | 'upgrade'
  /** `opened`. */
  | 'opened'
  /** The next ping is due. */
  | 'ping'
  /** `closed`. */
  | 'closed'
  /** The result, while `closed` is still awaited. */
  | 'settle'
  /** The end of the connection, once the session is closed. */
  | 'socket'
  /** The end of a connection that was dropped. */
  | 'gone'
  /** The maximum duration of the call. */
  | 'maxDuration';

/** A server message that needs no further data to be handled. */
export type PlainServerMessage = Exclude<ServerMessage, { type: 'pong' }>;

/** The events of a session. */
export type SessionEvent =
  | { readonly type: 'connected' }
  /** The step that dialling waits for. */
  | { readonly type: 'dialStep'; readonly step: DialStep }
  | {
      readonly type: 'dialFailed';
      readonly cause: Cause;
      readonly text: string;
      readonly status?: number;
      /** The rule that the answer to the upgrade broke. */
      readonly clause?: ClauseId;
    }
  /** A well-formed message in sequence. `crossesClose`: the bot had not received `close` when it sent the message. */
  | { readonly type: 'received'; readonly message: PlainServerMessage; readonly crossesClose?: boolean }
  /** A `pong`, and what it answers: the pending ping, no ping, or another message. */
  | {
      readonly type: 'pong';
      readonly answers: 'ping' | 'nothing' | 'another';
      /** Whether it answers the first ping of the session. */
      readonly first: boolean;
    }
  /** A well-formed message in sequence of a type that no server sends. */
  | { readonly type: 'unknown'; readonly messageType: string }
  /** A text frame that is not a valid message, is out of sequence, or belongs to another session. */
  | {
      readonly type: 'malformed';
      readonly code: ErrorCode;
      readonly clause: ClauseId;
      readonly text: string;
      /** The type of the message, if it could be read. */
      readonly messageType?: string;
    }
  | { readonly type: 'audio'; readonly byteLength: number }
  /** The bot sent more often than allowed. Has `retryAfterMs` if an error is to be sent. */
  | {
      readonly type: 'rateBreach';
      readonly kind: RateKind;
      readonly clause: ClauseId;
      readonly retryAfterMs?: number;
      /** Whether the limit was still exceeded after the maximum number of errors. */
      readonly persists?: true;
    }
  /** The bot sent more audio than the playback buffer can hold; `bufferedMs` includes the refused frame. */
  | { readonly type: 'overflow'; readonly bufferedMs: number }
  /** All queued audio has played. */
  | { readonly type: 'playedOut' }
  | { readonly type: 'timeout'; readonly timer: Exclude<TimerName, 'ping'> }
  /** A ping is due; `unanswered`: the last one was not answered, although a pong with a wrong number may have arrived. */
  | { readonly type: 'pingDue'; readonly unanswered: boolean; readonly wrongPong?: WrongPong | undefined }
  | { readonly type: 'hangup' }
  | { readonly type: 'abort' }
  | { readonly type: 'hold' }
  | { readonly type: 'unhold' }
  /** The bot does not read: too many bytes are unsent. */
  | { readonly type: 'unread'; readonly bytes: number }
  /** The caller's audio cannot be read. */
  | { readonly type: 'sourceFailed'; readonly text: string }
  /** The platform becomes unavailable: a simulated fault. */
  | { readonly type: 'unavailable' }
  /** An internal error. */
  | { readonly type: 'internalFault'; readonly text: string }
  /** The connection has closed. */
  | { readonly type: 'lost'; readonly end: TransportEnd };
