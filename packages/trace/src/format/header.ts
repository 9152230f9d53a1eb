import { MEDIA_CHANNELS, MEDIA_FORMATS, MEDIA_RATE } from '@hookline/protocol';
import { type Static, Type } from '@sinclair/typebox';

/** What the first line of every trace says it is. */
export const TRACE_FORMAT = 'hookline-trace';

/** The version of the format that is written here, and the only one that is read. */
export const TRACE_SCHEMA_VERSION = 1;

const oneOf = <const T extends string>(values: readonly T[]) =>
  Type.Unsafe<T>(Type.Union(values.map((value) => Type.Literal(value))));

/** The first line of `trace.ndjson`. Fields that are not listed here are ignored. */
export const TraceHeader = Type.Object({
  format: Type.Literal(TRACE_FORMAT),
  schemaVersion: Type.Literal(TRACE_SCHEMA_VERSION),
  vantage: oneOf(['client', 'server', 'proxy']),
  started: Type.String({ description: 'When t was 0: ISO 8601, UTC.' }),
  url: Type.String({ description: 'What was dialled, or the request target; redacted.' }),
  codec: oneOf(MEDIA_FORMATS),
  rate: Type.Literal(MEDIA_RATE),
  channels: Type.Array(oneOf(MEDIA_CHANNELS), {
    minItems: 1,
    maxItems: 2,
    description: 'The channels of the caller audio. What `opened` says goes before codec and channels here.',
  }),
  byteOrder: Type.Optional(oneOf(['le', 'be'])),
  rendering: Type.Optional(oneOf(['heard', 'estimated'])),
  redactions: Type.Array(Type.String(), { description: 'What was masked, in words.' }),
});
export type TraceHeader = Static<typeof TraceHeader>;
