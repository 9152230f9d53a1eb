import { Acknowledgements, acknowledgementFaultText, NULL_UUID, Sequence } from '@hookline/protocol';
import type { Fault } from './machine.js';

/** The fields of a client's envelope that tie it to its session. */
export interface ClientEnvelopeFields {
  readonly id: string;
  readonly seq: number;
  readonly serverseq: number;
}

/** The id and the counters of a session, for messages received and sent. */
export class Envelopes {
  readonly #sequence = new Sequence();
  readonly #acknowledgements = new Acknowledgements();
  #serverseqReported = false;
  #id: string;

  /** @param id - from the upgrade request; if it is empty, the id of the first message is used */
  constructor(id: string) {
    this.#id = id;
  }

  /** The seq of the last message sent. */
  get sentSeq(): number {
    return this.#sequence.sent;
  }

  /** Counts a message that arrived. Returns whether its seq is the next one. */
  count(seq: number): boolean {
    const isNext = this.#sequence.accept(seq);
    // AC-MSG-13
    if (!isNext) this.#sequence.adopt(seq);
    return isNext;
  }

  /** Counts a message that arrived. Returns what is wrong if it is of another session or its seq is not the next one. */
  check({ id, seq, serverseq }: ClientEnvelopeFields): Fault | undefined {
    const { expected } = this.#sequence;
    const isNext = this.count(seq);
    if (this.#id === '') this.#id = id;
    if (id.toLowerCase() !== this.#id.toLowerCase()) {
      return { clause: 'AC-AUTH-4', info: 'id is not the Audiohook-Session-Id of the request' };
    }
    if (!isNext) return { clause: 'AC-MSG-15', info: `seq is ${seq}; expected ${expected}` };
    if (serverseq > this.#sequence.sent) {
      return {
        clause: 'AC-MSG-15',
        info: `serverseq is ${serverseq}; this server has sent ${this.#sequence.sent} so far`,
      };
    }
    return undefined;
  }

  /** Returns what is wrong with the `serverseq` of a message of this session, for the first wrong one. (AC-MSG-8) */
  serverseqFault({ serverseq }: ClientEnvelopeFields, nowMs: number): string | undefined {
    const fault = this.#serverseqReported ? undefined : this.#acknowledgements.faultOf(serverseq, nowMs);
    this.#acknowledgements.accept(serverseq, this.#sequence.sent, nowMs);
    if (fault === undefined) return undefined;
    this.#serverseqReported = true;
    return `serverseq is ${serverseq}${acknowledgementFaultText(fault, 'this server')}`;
  }

  /** Makes the envelope of the next message, which is sent now. */
  next(nowMs: number): { readonly id: string; readonly seq: number; readonly clientseq: number } {
    const seq = this.#sequence.next();
    this.#acknowledgements.sent(seq, nowMs);
    return {
      id: this.#id === '' ? NULL_UUID : this.#id,
      seq,
      clientseq: this.#sequence.received,
    };
  }
}
