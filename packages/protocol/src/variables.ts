import { Type } from '@sinclair/typebox';

/** Input or output variables: names as typed in Architect, values always strings. */
export type Variables = Record<string, string>;
// Not `Type.Record`, which holds each name against a pattern, although every name will do.
export const Variables = Type.Unsafe<Variables>(
  Type.Object(
    {},
    { additionalProperties: Type.String(), description: 'Variable names and their string values.' },
  ),
);
