import { HooklineError } from '@hookline/runtime';

// Our own code for RFC 8941, internal to this package: a signature covers the difference between `1` and `1.0`, which
// `structured-headers` does not keep.

/** A bare value of RFC 8941, tagged with its type: JavaScript cannot tell `1` from `1.0`, nor a string from a token. */
export type BareItem =
  | { readonly type: 'integer'; readonly value: number }
  | { readonly type: 'decimal'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'token'; readonly value: string }
  | { readonly type: 'byte-sequence'; readonly value: Uint8Array }
  | { readonly type: 'boolean'; readonly value: boolean };

/** Parameters by key, in the order written. A repeated key keeps its first position and takes the last value. */
export type Parameters = ReadonlyMap<string, BareItem>;

/** Shared by everything without parameters. */
export const NO_PARAMETERS: Parameters = new Map();

/** One value and its parameters. */
export interface Item {
  readonly value: BareItem;
  readonly parameters: Parameters;
}

/** A list of items in parentheses, with its own parameters. */
export interface InnerList {
  readonly items: readonly Item[];
  readonly parameters: Parameters;
}

/** An element of a list or dictionary. */
export type Member = Item | InnerList;

/** Members by key, in the order written. */
export type Dictionary = ReadonlyMap<string, Member>;

/** Whether a member is an inner list rather than a single item. */
export function isInnerList(member: Member): member is InnerList {
  return 'items' in member;
}

/** A text that is not a valid structured field, or a value that cannot be serialized as one. */
export class StructuredFieldError extends HooklineError<'FIELD_MALFORMED'> {
  static override get name(): string {
    return 'StructuredFieldError';
  }

  /** @param message - what was expected and where */
  constructor(message: string) {
    super('FIELD_MALFORMED', message);
  }
}
