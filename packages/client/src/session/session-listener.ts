import type { DisconnectReason } from '@hookline/protocol';
import type { PlaybackEnd } from '../playback/playback.js';
import type { RecordedTurn, RecordedWarning } from './call-record.js';
import type { SessionState } from './machine/states.js';

/** The `disconnect` of the bot. */
export interface DisconnectFact {
  readonly t: number;
  readonly reason: DisconnectReason;
  readonly info?: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Receives the events of a session. Must not throw, and must not call the session. */
export interface SessionListener {
  state(name: SessionState['name']): void;
  playbackStarted(fact: { readonly t: number }): void;
  playbackCompleted(end: PlaybackEnd): void;
  bargeIn(fact: { readonly t: number; readonly droppedMs: number }): void;
  reply(fact: { readonly t: number; readonly replyMs: number }): void;
  turn(turn: RecordedTurn): void;
  paused(fact: { readonly t: number }): void;
  resumed(fact: { readonly t: number }): void;
  pong(fact: { readonly t: number; readonly rttMs: number }): void;
  error(fact: { readonly t: number; readonly code: number; readonly message: string }): void;
  disconnect(fact: DisconnectFact): void;
  warning(warning: RecordedWarning): void;
  callerDone(fact: { readonly t: number }): void;
}
