import { checkArgument } from '@hookline/runtime';
import { type Static, Type } from '@sinclair/typebox';

/** Milliseconds that are safe for arithmetic: neither negative, nor so large that digits are lost. */
const ms = (options: { description?: string } = {}) =>
  Type.Number({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, ...options });
const t = ms({
  description: 'Milliseconds since the client began to connect, or since the upgrade request.',
});
const dir = Type.Union([Type.Literal('in'), Type.Literal('out')], {
  description: 'From the view of the vantage in the header.',
});
const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** The upgrade request with masked credentials. */
export const RequestRow = Type.Object({ kind: Type.Literal('request'), t, dir, head: Type.String() });

/** The response to the upgrade request. */
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

/** A run of audio frames: `length` bytes at `offset` in `caller.raw` or `bot.raw`, depending on the sender. */
export const StoredAudio = Type.Object({
  kind: Type.Literal('audio'),
  t,
  dir,
  offset: count,
  length: count,
  arrivalsMs: Type.Array(ms(), { description: 'The time of each frame, since t.' }),
  sizes: Type.Array(count, { description: 'The size of each frame in bytes.' }),
});

/** How much of a playback the caller heard. */
export const PlaybackRow = Type.Object({
  kind: Type.Literal('playback'),
  t,
  heardMs: ms(),
  droppedMs: ms(),
  ended: Type.Union([Type.Literal('completed'), Type.Literal('bargeIn'), Type.Literal('disconnected')]),
});

/** A violation. The clause may be unknown to this version. */
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

/** A row of an unknown kind, or one that does not fit its kind, unchanged as in the file. */
export interface UnknownRow {
  readonly kind: 'unknown';
  /** Milliseconds as in the file; 0 if the row has no time. */
  readonly t: number;
  /** The kind as in the file; empty if the row has none. */
  readonly of: string;
  readonly row: object;
}

/** A run of audio frames, and the offset of its bytes in `caller.raw` or `bot.raw`. */
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

/** An event in a trace. */
export type TraceRow =
  | Static<typeof RequestRow>
  | Static<typeof ResponseRow>
  | Static<typeof MessageRow>
  | AudioRow
  | Static<typeof PlaybackRow>
  | Static<typeof ViolationRow>
  | Static<typeof EndRow>
  | UnknownRow;

/** The time until which a row reaches: a run of audio is written when it is over, with the time of its first frame. */
export function rowEndMs(row: TraceRow): number {
  checkArgument('TRACE_BAD_OPTION', 'rowEndMs: row', row, 'object');
  if (row.kind !== 'audio') return row.t;
  checkArgument('TRACE_BAD_OPTION', 'rowEndMs: row', row, { arrivalsMs: 'list' });
  return row.t + (row.arrivalsMs.at(-1) ?? 0);
}
