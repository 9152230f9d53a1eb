import type { ClauseId } from '@hookline/protocol';
import type { Cause } from './causes.js';

/** The bot disconnected with reason `completed`. */
export interface Completed {
  readonly kind: 'completed';
}

/** The failure path and its cause. */
export interface Failed {
  readonly kind: 'failed';
  readonly cause: Cause;
  /** What happened in this call, in one sentence. */
  readonly text: string;
  /** Whether the session had been opened, which can change what the flow sees. */
  readonly wasOpened: boolean;
  readonly clause?: ClauseId;
  /** The HTTP status of a refused upgrade. */
  readonly status?: number;
  /** The WebSocket close code of a lost connection. */
  readonly closeCode?: number;
}

/** The caller hung up first. */
export interface CallerHungUp {
  readonly kind: 'callerGone';
  readonly reason: 'callerHangup' | 'aborted';
}

/** How a session ended. The first terminal event decides; later events do not change it. (DECISIONS.md #23) */
export type Outcome = Completed | Failed | CallerHungUp;
