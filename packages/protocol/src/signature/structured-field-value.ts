import { HooklineError } from '@hookline/runtime';

/**
 * A bare value of RFC 8941. The types are tagged because JavaScript cannot tell the integer `1` from the
 * decimal `1.0`, nor a string from a token, and a signature covers the difference.
 */
export type BareItem =
  | { readonly type: 'integer'; readonly value: number }
  | { readonly type: 'decimal'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'token'; readonly value: string }
  | { readonly type: 'byte-sequence'; readonly value: Uint8Array }
  | { readonly type: 'boolean'; readonly value: boolean };

/** Parameters in the order they were written; a repeated key keeps its first place and its last value. */
export type Parameters = ReadonlyMap<string, BareItem>;

/** One value and its parameters. */
export interface Item {
  readonly value: BareItem;
  readonly parameters: Parameters;
}

/** A parenthesised list of items, with parameters of its own. */
export interface InnerList {
  readonly items: readonly Item[];
  readonly parameters: Parameters;
}

/** What a list or a dictionary holds. */
export type Member = Item | InnerList;

/** Members by key, in the order they were written. */
export type Dictionary = ReadonlyMap<string, Member>;

/** Whether a member is an inner list and not a single item. */
export function isInnerList(member: Member): member is InnerList {
  return 'items' in member;
}

/** A text that is no structured field, or a value that cannot be written as one. */
export class StructuredFieldError extends HooklineError<'malformed-structured-field'> {
  /** @param message - what was expected and where */
  constructor(message: string) {
    super('malformed-structured-field', message);
  }
}
