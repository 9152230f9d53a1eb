import type { ClauseId, ClientMessage, ClientMessageOf, MediaParameter } from '@hookline/protocol';
import type { TransportEnd } from '@hookline/runtime';
import type { EndReason } from './call-ended.js';
import type { Ending } from './machine.js';

/** What becomes of an `open`: the media to take, or how the session ends. */
export type OpenDecision =
  | { readonly accept: true; readonly media: MediaParameter | undefined }
  | { readonly accept: false; readonly ending: Ending };

/** What a session tells its call. None of it may throw. */
export interface SessionListener {
  onOpen(open: ClientMessageOf<'open'>): OpenDecision;
  /** `opened` is sent. */
  begin(): void;
  /** A message that the protocol accepts here; what the protocol demands has been done. */
  message(message: ClientMessage): void;
  /** A frame of caller audio; `atMs` is where it begins in the caller's stream. */
  audio(bytes: Uint8Array, atMs: number): void;
  /** The call is over for the bot. Once. */
  ended(reason: EndReason, info: string): void;
  /** A message of a type that nobody knows came; it changes nothing. */
  unknown(messageType: string): void;
  /** The client broke a rule. `info` shows nothing personal. */
  onViolation(clause: ClauseId, info: string): void;
  /** The connection is gone. Once, and the last. */
  onClose(end: TransportEnd): void;
}
