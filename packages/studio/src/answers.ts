import type { CallOutcome, Lanes, Mark, Row, TurnMessage } from './messages.js';

// The bodies of the bridge's HTTP responses. Part of the contract in `messages.ts`, which re-exports these types.

/** A call in the history, or a trace that was opened. */
export interface CallEntry {
  readonly id: string;
  /** When the call was dialled: ISO 8601, UTC. */
  readonly started: string;
  /** The URL that was dialled, with credentials masked. */
  readonly url: string;
  readonly durationMs: number;
  /** True while this studio makes the call: it cannot be deleted, and its duration is unknown. */
  readonly live?: true;
  /** Omitted if unknown. */
  readonly path?: string;
  readonly cause?: string;
  readonly errorType?: string;
  /** Which side recorded the trace: this studio (`client`), a bot (`server`), or a `proxy` between them. */
  readonly vantage: 'client' | 'server' | 'proxy';
  /** `studio`: a call from this page; `check`: a call of the checks; `opened`: a trace made elsewhere, not in the history. */
  readonly origin: 'studio' | 'check' | 'opened';
}

/** A stored call, without its rows. */
export interface StoredCall {
  readonly entry: CallEntry;
  /** Total number of rows at `GET …/rows`. */
  readonly rows: number;
  /** Peaks of the recording; omitted if there is no audio. `bucketMs` is 20, or more for a very long call. */
  readonly lanes?: Lanes;
  readonly marks: readonly Mark[];
  readonly turns: readonly Omit<TurnMessage, 'type' | 'callId'>[];
  /** Only for calls made by a Hookline client. Fields that the trace does not hold are omitted. */
  readonly outcome?: Partial<CallOutcome>;
  /** The summary of `hookline show`, as a list of names and values. */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  /** Position of `t` = 0 in the recording, in milliseconds: seek to `t + wavOffsetMs`. Omitted without a recording. */
  readonly wavOffsetMs?: number;
  /** True if the trace file ends before the call does. */
  readonly truncated: boolean;
}

export interface RowPage {
  readonly from: number;
  readonly total: number;
  readonly rows: readonly Row[];
}

export interface OpenedTrace {
  readonly id: string;
}

export interface UploadedAudio {
  readonly id: string;
  readonly name: string;
  readonly durationMs: number;
}

/** The differences between call `a` and call `b`. */
export interface Comparison {
  readonly a: CallEntry;
  readonly b: CallEntry;
  readonly differences: readonly {
    readonly kind: 'missing' | 'extra' | 'changed' | 'time';
    readonly of: string;
    readonly lane?: 'caller' | 'bot';
    readonly type?: string;
    readonly path?: string;
    readonly atA?: number;
    readonly atB?: number;
    /** The difference as a sentence. */
    readonly text: string;
  }[];
}
