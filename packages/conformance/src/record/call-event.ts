import type { ClauseId, Direction } from '@hookline/protocol';

/** Marks a stimulus in a call: what the caller does next and what the bot is expected to do. */
export interface Mark {
  readonly kind: 'mark';
  readonly t: number;
  /**
   * `tolerate`: the call must go on; `refuse`: the bot must answer with `disconnect`; `speech` and `bargeIn`: the
   * caller begins to speak, in the second case over the bot, or interrupts it without a word; `quiet`: the bot may send
   * no audio and no events for `durationMs`.
   */
  readonly expected: 'tolerate' | 'refuse' | 'speech' | 'bargeIn' | 'quiet';
  /** The clause that the stimulus tests. */
  readonly clause?: ClauseId;
  /** The stimulus, such as `a ping with an unknown field`. */
  readonly description: string;
  /** How long the stimulus lasts (absent: a moment), or how long the bot must be quiet, in milliseconds. */
  readonly durationMs?: number;
}

/** An event of a call. `t` is in milliseconds since the call was dialled. */
export type CallEvent =
  | { readonly kind: 'request'; readonly t: number; readonly head: string }
  | {
      readonly kind: 'response';
      readonly t: number;
      readonly head: string;
      readonly status: number;
      /** The start of the body. Empty if the status is 101. */
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
      /** The frame of the bot because of which the caller ended the connection, if there was one. `by` is `self`. */
      readonly refused?: RefusedFrameFact;
    };

/** A frame that no WebSocket client accepts. */
export interface RefusedFrameFact {
  /** What arrived, and why it was refused. */
  readonly text: string;
  /** The rule of this protocol that it broke. Absent if it breaks only the WebSocket protocol. */
  readonly clause?: ClauseId;
}
