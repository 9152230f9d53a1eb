import type { Clock, Ticker } from '@hookline/runtime';
import type { CallTimings } from '../metrics/call-timings.js';
import type { Counters } from '../session/call-stats.js';
import type { OutgoingMessage } from '../session/machine.js';
import type { SendLimits } from '../session/send-limits.js';
import type { AudioSource, CallAudio } from '../source/source.js';

/** The parts of the session that a player needs. */
interface PlayerSession {
  readonly sendLimits: SendLimits;
  readonly counters: Counters;
  /** The position of the caller's stream, in milliseconds. */
  readonly positionMs: number;
  readonly callerFrameMs: number;
  /** When the next frame of caller audio is due; `Infinity` if that is unknown. */
  readonly nextFrameMs: number;
  /** The upper bound of the round trip when the call began; `Infinity` if that is unknown. */
  readonly longestRoundTripMs: number;
  sendAudio(bytes: Uint8Array): boolean;
}

/** The parts of the outbox that a player needs. */
interface PlayerOutbox {
  readonly position: number;
  hasSent(position: number): boolean;
  push(message: OutgoingMessage): void;
  pushFirst(message: OutgoingMessage, onSent: (seq: number) => void): void;
}

/** A source that is being created. */
export interface PendingSource {
  readonly pending: Promise<AudioSource>;
  /** Called right before its first frame is sent. */
  readonly turn: OutgoingMessage;
  /** Its playback is over. */
  readonly over: () => void;
}

/** The parts of a call that a player needs. */
export interface PlayerParts {
  readonly session: PlayerSession;
  readonly outbox: PlayerOutbox;
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly audio: CallAudio;
  readonly timings: CallTimings;
  /** Called with a message if a source does not sound like audio of its format, or fails with an error. */
  readonly warn: (message: string, error?: unknown) => void;
}
