import type { MediaParameter } from '@hookline/protocol';
import type { EndReason } from './call-ended.js';

/** The connection is up; no `open` yet. */
export interface Preparing {
  readonly name: 'preparing';
}

/** `open` has arrived and is not answered yet. */
export interface Opening {
  readonly name: 'opening';
}

/** The data of an open session. */
interface Live {
  /** The offer that was accepted; undefined if a probe made no suitable one. */
  readonly media: MediaParameter | undefined;
}

/** The client sends audio. */
export interface Active extends Live {
  readonly name: 'active';
}

/** The client sends no audio for a while. */
export interface Paused extends Live {
  readonly name: 'paused';
}

/** `disconnect` was sent; waiting for `close`. */
export interface Disconnecting {
  readonly name: 'disconnecting';
  readonly end: EndReason;
}

/** `close` arrived before `open` was answered; `closed` follows after the decision about `open`. */
export interface Closing {
  readonly name: 'closing';
  readonly end: EndReason;
}

/** `closed` was sent or the connection has ended. Nothing is sent any more. */
export interface Closed {
  readonly name: 'closed';
  readonly end: EndReason;
  /** Whether the connection is still open; the client has to close it. */
  readonly connected: boolean;
}

/** The state of a session. The names are those of the legality tables in `@hookline/protocol`. */
export type SessionState = Preparing | Opening | Active | Paused | Disconnecting | Closing | Closed;
