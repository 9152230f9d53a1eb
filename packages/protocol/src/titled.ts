import type { TString } from '@sinclair/typebox';

/** A schema that many fields share, with what this one means. */
export function titled(schema: TString, title: string): TString {
  return { ...schema, title };
}
