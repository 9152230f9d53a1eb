import { Type } from '@sinclair/typebox';

/** The id that stands for "none": in a probe, the conversation's and the participant's. */
export const NULL_UUID = '00000000-0000-0000-0000-000000000000';

/** RFC 4122 versions 1 to 5 in any case, or the null UUID. */
export const Uuid = Type.String({
  pattern:
    '^(?:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-5][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|0{8}-0{4}-0{4}-0{4}-0{12})$',
  description: 'A UUID (RFC 4122, version 1 to 5), or the null UUID.',
});

const UUID = new RegExp(Uuid.pattern ?? '');

/** Whether `text` is a UUID as the protocol takes it. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}
