import { type TString, Type } from '@sinclair/typebox';

/** The null UUID. In a probe it is the id of the conversation and of the participant. */
export const NULL_UUID = '00000000-0000-0000-0000-000000000000';

const HEX = '[0-9a-fA-F]';
// In pairs, because engines unroll repetitions of up to three; longer ones take twice the time. Every message has an id.
const FOUR = `${HEX}{2}${HEX}{2}`;

/** RFC 4122 versions 1 to 5 in any case, or the null UUID. */
export const Uuid = Type.String({
  pattern: `^(?:${FOUR}${FOUR}-${FOUR}-[1-5]${HEX}{3}-[89abAB]${HEX}{3}-${FOUR}${FOUR}${FOUR}|0{8}-0{4}-0{4}-0{4}-0{12})$`,
  description: 'A UUID (RFC 4122, version 1 to 5), or the null UUID.',
});

const UUID = new RegExp(Uuid.pattern ?? '');

/** Whether `text` is a UUID that the protocol accepts: RFC 4122 version 1 to 5 in any case, or the null UUID. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** A language tag such as `en-US`. Any text is accepted, because no call depends on it. */
export const Language = Type.String({
  description:
    'A BCP 47 language tag, such as en-US. Accept any text, and compare it without regard to case.',
});

const LANGUAGE_TAG = /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/;

/** Whether `text` has the form of a BCP 47 language tag, such as `en-US`. Messages may contain other texts. */
export function isLanguageTag(text: string): boolean {
  return LANGUAGE_TAG.test(text);
}

/** Input variables by name, as named in Architect. The values are strings. */
export type Variables = Record<string, string>;
// Not `Type.Record`, which tests each name against a pattern although any name is allowed.
export const Variables = Type.Unsafe<Variables>(
  Type.Object(
    {},
    { additionalProperties: Type.String(), description: 'Variable names and their string values.' },
  ),
);

/** A copy of a shared string schema with a title that says what this field means. */
export function titled(schema: TString, title: string): TString {
  return { ...schema, title };
}
