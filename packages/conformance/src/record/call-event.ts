import type { ClauseId, Direction } from '@hookline/protocol';

/** What a check expects from the bot at a point of a call. */
export interface Mark {
  readonly kind: 'mark';
  readonly t: number;
  /**
   * `tolerate`: the call must go on; `refuse`: the bot must answer with `disconnect`; `speech` and `bargeIn`: the
   * caller begins to speak, in the second case over the bot; `quiet`: the bot may send no audio and no events for
   * `ms`.
   */
  readonly expected: 'tolerate' | 'refuse' | 'speech' | 'bargeIn' | 'quiet';
  /** The clause that is at stake, where one is. */
  readonly clause?: ClauseId;
  /** What is done, in a few words: `a ping with an unknown field`. */
  readonly what: string;
  /** How long what is asked holds, in milliseconds. */
  readonly ms?: number;
}

/** One thing that happened on a call. `t` is in milliseconds since the call was dialled. */
export type CallEvent =
  | { readonly kind: 'request'; readonly t: number; readonly head: string }
  | {
      readonly kind: 'response';
      readonly t: number;
      readonly head: string;
      readonly status: number;
      /** The beginning of the body, where the status is not 101. */
      readonly body: string;
    }
  | { readonly kind: 'message'; readonly t: number; readonly dir: Direction; readonly text: string }
  | { readonly kind: 'audio'; readonly t: number; readonly dir: Direction; readonly bytes: Uint8Array }
  | Mark
  | {
      readonly kind: 'end';
      readonly t: number;
      /** `self`: the caller closed it; `peer`: the bot; `loss`: the connection broke. */
      readonly by: 'self' | 'peer' | 'loss';
      readonly code: number;
      readonly reason: string;
    };
