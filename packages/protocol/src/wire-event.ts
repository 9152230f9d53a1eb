import type { ClauseId } from './clauses/index.js';

/** The direction of a frame, as seen by the side that reports it. */
export type Direction = 'in' | 'out';

/** An event on the connection. `t` is in milliseconds since dialling (client) or since the upgrade request (server). */
export type WireEvent =
  /** The head of the upgrade request or of its response, as on the wire. */
  | { readonly kind: 'request'; readonly t: number; readonly dir: Direction; readonly head: string }
  | {
      readonly kind: 'response';
      readonly t: number;
      readonly dir: Direction;
      readonly head: string;
      readonly status: number;
    }
  /** A text frame; `type` is present if it could be read. */
  | {
      readonly kind: 'message';
      readonly t: number;
      readonly dir: Direction;
      readonly text: string;
      readonly type?: string;
    }
  | AudioRun
  /**
   * A finished playback: how much the caller heard and how much was discarded, in milliseconds. Reported by the client
   * only, directly before its `playback_completed` if it sends one, so that a live view can show both in one row.
   */
  | {
      readonly kind: 'playback';
      readonly t: number;
      readonly heardMs: number;
      readonly droppedMs: number;
      readonly ended: 'completed' | 'bargeIn' | 'disconnected';
    }
  /** A rule that the peer broke, or a warning for the operator. */
  | {
      readonly kind: 'violation';
      readonly t: number;
      readonly clause: ClauseId;
      readonly text: string;
      readonly fatal: boolean;
    }
  /** The end of the connection: which side closed it, with its close code and reason. */
  | {
      readonly kind: 'end';
      readonly t: number;
      readonly by: 'self' | 'peer' | 'loss';
      readonly code: number;
      readonly reason: string;
    };

/** Consecutive audio frames of one direction without another event between them. */
export interface AudioRun {
  readonly kind: 'audio';
  /** The time of the first frame. */
  readonly t: number;
  readonly dir: Direction;
  readonly frames: number;
  readonly bytes: number;
  /** The time of each frame, in milliseconds since `t`. */
  readonly arrivalsMs: readonly number[];
  /** The length of each frame in bytes. */
  readonly sizes: readonly number[];
}

/** Receives the events of a call from a client or server. Its methods must not throw or block. */
export interface WireSink {
  /** Called for every event except audio. */
  event(event: Exclude<WireEvent, AudioRun>): void;
  /**
   * Called for every binary frame, before it is processed. Do not modify `bytes`.
   *
   * @param lateMs - for a frame that the client sends: the delay after its due time; undefined for a frame that was held
   * until the session was open, and for all other frames
   */
  audio?(dir: Direction, t: number, bytes: Uint8Array, lateMs?: number): void;
  /**
   * Called with bot audio as the caller hears it: 8 kHz µ-law for every negotiated format, contiguous within a
   * playback. Called only by the client.
   */
  heard?(t: number, bytes: Uint8Array): void;
}
