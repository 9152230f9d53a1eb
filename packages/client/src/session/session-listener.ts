import type { PlaybackEnd } from '../playback/playback.js';
import type { RecordedTurn, RecordedWarning } from './call-record.js';
import type { SessionState } from './machine/states.js';

/** Learns what happens on the session as it happens. Must not throw, and must not call back into the session. */
export interface SessionListener {
  state(name: SessionState['name']): void;
  playbackStarted(fact: { readonly t: number }): void;
  playbackCompleted(end: PlaybackEnd): void;
  turn(turn: RecordedTurn): void;
  warning(warning: RecordedWarning): void;
  callerDone(fact: { readonly t: number }): void;
}
