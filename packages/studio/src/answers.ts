import type { CallOutcome, Lanes, Mark, Row, TurnMessage } from './messages.js';

// What the bridge answers over HTTP: a part of the contract of `messages.ts`, which exports it.

/** A call that is kept, or a trace that was opened. */
export interface CallEntry {
  readonly id: string;
  /** When it was dialled: ISO 8601, UTC. */
  readonly started: string;
  /** What was dialled, masked. */
  readonly url: string;
  readonly durationMs: number;
  /** Left out where nothing is known of it. */
  readonly path?: string;
  readonly cause?: string;
  readonly errorType?: string;
  /** Who recorded it: this side as `client`, a bot as `server`, or a `proxy` between. */
  readonly vantage: 'client' | 'server' | 'proxy';
  /** `studio`: called here; `check`: by a run of the checks; `opened`: made elsewhere, not in the history. */
  readonly origin: 'studio' | 'check' | 'opened';
}

/** A kept call, without its rows. */
export interface StoredCall {
  readonly entry: CallEntry;
  /** How many rows `GET …/rows` has. */
  readonly rows: number;
  /** From the recording; left out where there is no audio. `bucketMs` is 20, more for a very long call. */
  readonly lanes?: Lanes;
  readonly marks: readonly Mark[];
  readonly turns: readonly Omit<TurnMessage, 'type' | 'callId'>[];
  /** Only of calls made by a client of Hookline; what was not kept is left out of it. */
  readonly outcome?: Partial<CallOutcome>;
  /** The summary of `hookline show`, as facts to list. */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  /** Where `t` = 0 of the rows lies in the recording, in milliseconds: seek to `t + wavOffsetMs`. Left out without a recording. */
  readonly wavOffsetMs?: number;
  /** Whether the file stops before the call does. */
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

/** In what call `b` differs from call `a`. */
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
    /** All of it as a sentence. */
    readonly text: string;
  }[];
}
