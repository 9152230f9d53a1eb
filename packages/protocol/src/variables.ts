import { type Static, Type } from '@sinclair/typebox';

/** Any name, line breaks included, which a bare record would let pass unchecked. */
const AnyName = Type.String({ pattern: '^[\\s\\S]*$' });

/** Input or output variables: names as typed in Architect, values always strings. */
export const Variables = Type.Record(AnyName, Type.String(), {
  description: 'Variable names and their string values.',
});
export type Variables = Static<typeof Variables>;
