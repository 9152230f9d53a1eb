import { type Static, Type } from '@sinclair/typebox';

/** Milliseconds that arithmetic can be done with: neither before the start, nor so large that digits are lost. */
const ms = (options: { description?: string } = {}) =>
  Type.Number({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, ...options });
const t = ms({
  description: 'Milliseconds since the client began to connect, or since the upgrade request.',
});
const dir = Type.Union([Type.Literal('in'), Type.Literal('out')], {
  description: 'From the view of the vantage in the header.',
});
const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** The upgrade request, its credentials masked. */
export const RequestRow = Type.Object({ kind: Type.Literal('request'), t, dir, head: Type.String() });

/** The response to it. */
export const ResponseRow = Type.Object({
  kind: Type.Literal('response'),
  t,
  dir,
  head: Type.String(),
  status: Type.Integer(),
});

/** A text frame. */
export const MessageRow = Type.Object({
  kind: Type.Literal('message'),
  t,
  dir,
  text: Type.String(),
  type: Type.Optional(Type.String()),
});

/** A run of audio frames: `length` bytes from `offset` of `caller.raw` or `bot.raw`, by who sent them. */
export const StoredAudio = Type.Object({
  kind: Type.Literal('audio'),
  t,
  dir,
  offset: count,
  length: count,
  arrivalsMs: Type.Array(ms(), { description: 'The time of each frame, since t.' }),
  sizes: Type.Array(count, { description: 'The size of each frame in bytes.' }),
});

/** What the caller heard of one playback. */
export const PlaybackRow = Type.Object({
  kind: Type.Literal('playback'),
  t,
  heardMs: ms(),
  droppedMs: ms(),
  ended: Type.Union([Type.Literal('completed'), Type.Literal('bargeIn'), Type.Literal('disconnected')]),
});

/** A broken rule. The clause may be one that this version does not know. */
export const ViolationRow = Type.Object({
  kind: Type.Literal('violation'),
  t,
  clause: Type.String(),
  text: Type.String(),
  fatal: Type.Boolean(),
});

/** The end of the connection. */
export const EndRow = Type.Object({
  kind: Type.Literal('end'),
  t,
  by: Type.Union([Type.Literal('self'), Type.Literal('peer'), Type.Literal('loss')]),
  code: Type.Integer(),
  reason: Type.String(),
});

/** The time of any row; 0 if its value is not a time. */
export function timeOf(row: object): number {
  return 't' in row && typeof row.t === 'number' && row.t >= 0 && row.t <= Number.MAX_SAFE_INTEGER
    ? row.t
    : 0;
}

/** A row of a kind that this version does not know, or that does not fit its kind: kept as it is in the file. */
export interface UnknownRow {
  readonly kind: 'unknown';
  /** Milliseconds as in the file; 0 where the row has none. */
  readonly t: number;
  /** The kind as in the file; empty where the row has none. */
  readonly of: string;
  readonly row: object;
}

/** A run of audio frames, and where its bytes begin in `caller.raw` or `bot.raw`. */
export interface AudioRow {
  readonly kind: 'audio';
  readonly t: number;
  readonly dir: 'in' | 'out';
  readonly frames: number;
  readonly bytes: number;
  readonly arrivalsMs: readonly number[];
  readonly sizes: readonly number[];
  readonly offset: number;
}

/** One thing that happened, as a trace tells it. */
export type TraceRow =
  | Static<typeof RequestRow>
  | Static<typeof ResponseRow>
  | Static<typeof MessageRow>
  | AudioRow
  | Static<typeof PlaybackRow>
  | Static<typeof ViolationRow>
  | Static<typeof EndRow>
  | UnknownRow;
