import { Type } from '@sinclair/typebox';

/** A language tag such as `en-US`. Taken in any BCP 47 shape; compare without regard to case. */
export const Language = Type.String({
  pattern: '^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$',
  description: 'A BCP 47 language tag, such as en-US.',
});
