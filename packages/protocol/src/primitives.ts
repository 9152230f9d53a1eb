import { type TString, Type } from '@sinclair/typebox';

/** The id that stands for "none": in a probe, the conversation's and the participant's. */
export const NULL_UUID = '00000000-0000-0000-0000-000000000000';

const HEX = '[0-9a-fA-F]';
// In pairs: engines unroll counts up to three, and loop over larger ones at twice the time. Every message has an id.
const FOUR = `${HEX}{2}${HEX}{2}`;

/** RFC 4122 versions 1 to 5 in any case, or the null UUID. */
export const Uuid = Type.String({
  pattern: `^(?:${FOUR}${FOUR}-${FOUR}-[1-5]${HEX}{3}-[89abAB]${HEX}{3}-${FOUR}${FOUR}${FOUR}|0{8}-0{4}-0{4}-0{4}-0{12})$`,
  description: 'A UUID (RFC 4122, version 1 to 5), or the null UUID.',
});

const UUID = new RegExp(Uuid.pattern ?? '');

/** Whether `text` is a UUID as the protocol takes it. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** A language tag such as `en-US`. Taken in any BCP 47 shape; compare without regard to case. */
export const Language = Type.String({
  pattern: '^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$',
  description: 'A BCP 47 language tag, such as en-US.',
});

/** Input or output variables: names as typed in Architect, values always strings. */
export type Variables = Record<string, string>;
// Not `Type.Record`, which holds each name against a pattern, although every name will do.
export const Variables = Type.Unsafe<Variables>(
  Type.Object(
    {},
    { additionalProperties: Type.String(), description: 'Variable names and their string values.' },
  ),
);

/** A schema that many fields share, with what this one means. */
export function titled(schema: TString, title: string): TString {
  return { ...schema, title };
}
