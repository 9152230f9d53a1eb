import { MEDIA_CHANNELS, MEDIA_FORMATS, MEDIA_RATE } from '@hookline/protocol';
import { type Static, Type } from '@sinclair/typebox';

/** The value of `format` in the first line of every trace. */
export const TRACE_FORMAT = 'hookline-trace';

/** The version of the format that is written, and the only one that can be read. */
export const TRACE_SCHEMA_VERSION = 1;

const oneOf = <const T extends string>(values: readonly T[]) =>
  Type.Unsafe<T>(Type.Union(values.map((value) => Type.Literal(value))));

/** The first line of `trace.ndjson`. Other fields are ignored. */
export const TraceHeader = Type.Object({
  format: Type.Literal(TRACE_FORMAT),
  schemaVersion: Type.Literal(TRACE_SCHEMA_VERSION),
  vantage: oneOf(['client', 'server', 'proxy']),
  started: Type.String({ description: 'The time of t = 0: ISO 8601, UTC.' }),
  url: Type.String({ description: 'The URL that was called, or the request target; redacted.' }),
  codec: oneOf(MEDIA_FORMATS),
  rate: Type.Literal(MEDIA_RATE),
  channels: Type.Array(oneOf(MEDIA_CHANNELS), {
    minItems: 1,
    maxItems: 2,
    description: 'The channels of the caller audio. The media of `opened` override codec and channels here.',
  }),
  byteOrder: Type.Optional(oneOf(['le', 'be'])),
  rendering: Type.Optional(oneOf(['heard', 'estimated'])),
  redactions: Type.Array(Type.String(), { description: 'Descriptions of what was masked.' }),
});
export type TraceHeader = Static<typeof TraceHeader>;
