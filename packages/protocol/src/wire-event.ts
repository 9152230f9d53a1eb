import type { ClauseId } from './clauses/index.js';

/** Which way something went, seen from the side that tells it. */
export type Direction = 'in' | 'out';

/** What happened on the wire. `t` is in milliseconds since dialling (client) or since the upgrade request (server). */
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
  /** A text frame; `type` where it could be read. */
  | {
      readonly kind: 'message';
      readonly t: number;
      readonly dir: Direction;
      readonly text: string;
      readonly type?: string;
    }
  | AudioRun
  /**
   * What the caller heard of a playback that is over, in milliseconds, and what was dropped. Told by the client,
   * just before its `playback_completed` where there is one, so that a live view can show both in one row.
   */
  | {
      readonly kind: 'playback';
      readonly t: number;
      readonly heardMs: number;
      readonly droppedMs: number;
      readonly ended: 'completed' | 'bargeIn' | 'disconnected';
    }
  /** A rule that the peer broke, or something an operator should know. */
  | {
      readonly kind: 'violation';
      readonly t: number;
      readonly clause: ClauseId;
      readonly text: string;
      readonly fatal: boolean;
    }
  /** The connection is gone. */
  | {
      readonly kind: 'end';
      readonly t: number;
      readonly by: 'self' | 'peer' | 'loss';
      readonly code: number;
      readonly reason: string;
    };

/** Audio frames of one direction with no other event between them. */
export interface AudioRun {
  readonly kind: 'audio';
  /** When the first frame passed. */
  readonly t: number;
  readonly dir: Direction;
  readonly frames: number;
  readonly bytes: number;
  /** When each frame passed, in milliseconds since `t`. */
  readonly arrivalsMs: readonly number[];
  /** How many bytes each frame had. */
  readonly sizes: readonly number[];
}

/** Takes what happens on a call. Given to client and server; must not throw, and must not keep the audio path waiting. */
export interface WireSink {
  /** Everything but audio. */
  event(event: Exclude<WireEvent, AudioRun>): void;
  /** Every binary frame, before anybody else sees it. `bytes` must not be changed. */
  audio?(dir: Direction, t: number, bytes: Uint8Array): void;
  /**
   * Bot audio as the caller hears it, 8 kHz µ-law whatever is on the wire, in pieces without a gap within one playback.
   * Told by the client only.
   */
  heard?(t: number, bytes: Uint8Array): void;
}
