import type { ClauseId, ClientMessage, ClientMessageOf, MediaParameter } from '@hookline/protocol';
import type { TransportEnd } from '@hookline/runtime';
import type { EndReason } from './call-ended.js';
import type { Ending } from './machine.js';

/** The decision about an `open`: the media to use, or how the session ends. */
export type OpenDecision =
  | { readonly accept: true; readonly media: MediaParameter | undefined }
  | { readonly accept: false; readonly ending: Ending };

/** Receives caller audio. Must not throw. */
export interface FrameReceiver {
  /** @param atMs - where the frame begins in the caller's stream */
  push(bytes: Uint8Array, atMs: number): void;
}

/** The events of a session, for its call. The methods must not throw. */
export interface SessionListener {
  onOpen(open: ClientMessageOf<'open'>): OpenDecision;
  /** `opened` is sent. Returns what receives the frames of caller audio; undefined if nothing does. */
  begin(): FrameReceiver | undefined;
  /** A legal message arrived; the answer that the protocol requires has been sent. */
  message(message: ClientMessage): void;
  /**
   * A message arrived that has no effect in this state. Returns whether it nevertheless answers a message of the server,
   * and so breaks no rule.
   */
  answers(message: ClientMessage): boolean;
  /** The call is over for the bot. Called once. */
  ended(reason: EndReason, info: string): void;
  /** A message of an unknown type arrived; it is ignored. */
  unknown(messageType: string): void;
  /** The client broke a rule. `info` shows nothing personal. */
  onViolation(clause: ClauseId, info: string): void;
  /** The connection has ended. Called once, as the last event. */
  onClose(end: TransportEnd): void;
}
