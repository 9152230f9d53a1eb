import { checkArgument } from '@hookline/runtime';

/** How long after a message its receiver may still send an older number, because it had not received it, in milliseconds. */
export const STALE_ACKNOWLEDGEMENT_MS = 2000;

/** What is wrong with a `serverseq` or `clientseq`. */
export type AcknowledgementFault =
  /** It is lower than `highest`, an earlier one. */
  | { readonly kind: 'decreased'; readonly highest: number }
  /** It does not acknowledge `seq`, which was sent `agoMs` or more before. */
  | { readonly kind: 'stale'; readonly seq: number; readonly agoMs: number };

/**
 * Describes what is wrong with a number, for a text that ends with this number.
 *
 * @param sender - whose messages the number acknowledges, such as `the client`
 * @throws HooklineError `PROTOCOL_BAD_ARGUMENT` for a fault that is not an object with a kind
 */
export function acknowledgementFaultText(fault: AcknowledgementFault, sender: string): string {
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'acknowledgementFaultText: fault', fault, { kind: 'text' });
  return fault.kind === 'decreased'
    ? ` after a message with ${fault.highest}; it must not decrease`
    : `, but ${sender} had sent seq ${fault.seq} at least ${Math.floor(fault.agoMs / 1000)} s earlier`;
}

/**
 * Which messages of one side the other side has received, by the `serverseq` or `clientseq` that it sends. Times are in
 * milliseconds of any one clock. (AC-MSG-7, AC-MSG-8)
 */
export class Acknowledgements {
  /** The highest number so far. */
  #highest = 0;
  /** The first message that is not acknowledged, and a time at which it had been sent; 0 for none. */
  #pendingSeq = 0;
  #pendingAtMs = 0;

  /** A message was sent with this `seq`. */
  sent(seq: number, nowMs: number): void {
    if (this.#pendingSeq === 0) this.#await(seq, nowMs);
  }

  /** Returns what is wrong with a number that arrived; changes nothing. */
  faultOf(number: number, nowMs: number): AcknowledgementFault | undefined {
    if (number < this.#highest) return { kind: 'decreased', highest: this.#highest };
    if (this.#pendingSeq === 0 || number >= this.#pendingSeq) return undefined;
    const agoMs = nowMs - this.#pendingAtMs;
    return agoMs <= STALE_ACKNOWLEDGEMENT_MS ? undefined : { kind: 'stale', seq: this.#pendingSeq, agoMs };
  }

  /**
   * Counts a number that arrived.
   *
   * @param sentSeq - the `seq` of the last message sent
   */
  accept(number: number, sentSeq: number, nowMs: number): void {
    // It acknowledges nothing, and later numbers may be lower.
    if (number > sentSeq) return;
    this.#highest = Math.max(this.#highest, number);
    if (this.#pendingSeq === 0 || number < this.#pendingSeq) return;
    // The time of the next message is not kept; the current time is late enough.
    this.#await(number < sentSeq ? number + 1 : 0, nowMs);
  }

  #await(seq: number, atMs: number): void {
    this.#pendingSeq = seq;
    this.#pendingAtMs = atMs;
  }
}
