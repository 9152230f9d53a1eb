import { type Static, Type } from '@sinclair/typebox';

/** Input or output variables: names as typed in Architect, values always strings. */
export const Variables = Type.Record(Type.String(), Type.String(), {
  description: 'Variable names and their string values.',
});
export type Variables = Static<typeof Variables>;
