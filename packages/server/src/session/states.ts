import type { MediaParameter } from '@hookline/protocol';
import type { EndReason } from './call-ended.js';

/** The connection is up; no `open` yet. */
export interface Preparing {
  readonly name: 'preparing';
}

/** `open` has come and is being considered. */
export interface Opening {
  readonly name: 'opening';
}

/** What holds for a session while it is open. */
interface Live {
  /** The offer that was taken; none when a probe offered nothing that fits. */
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

/** `disconnect` is sent; `close` is awaited. */
export interface Disconnecting {
  readonly name: 'disconnecting';
  readonly end: EndReason;
}

/** `close` has come while `open` was still being considered; `closed` follows as soon as that is decided. */
export interface Closing {
  readonly name: 'closing';
  readonly end: EndReason;
}

/** `closed` is sent, or the connection is gone: nothing is sent any more. */
export interface Closed {
  readonly name: 'closed';
  readonly end: EndReason;
  /** Whether the connection still stands: ending it is the client's part. */
  readonly connected: boolean;
}

/** Where a session stands. The names are those of the protocol's legality. */
export type SessionState = Preparing | Opening | Active | Paused | Disconnecting | Closing | Closed;
