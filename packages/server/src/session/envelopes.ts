import { NULL_UUID, Sequence } from '@hookline/protocol';
import { Acknowledged } from './acknowledged.js';
import type { Fault } from './machine.js';

/** The fields of a client's envelope that tie it to its session. */
export interface ClientEnvelopeFields {
  readonly id: string;
  readonly seq: number;
  readonly serverseq: number;
}

/** The id and the counters of a session, in what comes and in what is sent. */
export class Envelopes {
  readonly #sequence = new Sequence();
  readonly #acknowledged = new Acknowledged();
  #id: string;

  /** @param id - of the upgrade request; empty when there was none: that of the first message is taken */
  constructor(id: string) {
    this.#id = id;
  }

  /** The seq of the last message sent. */
  get sentSeq(): number {
    return this.#sequence.sent;
  }

  /** Counts a message that came. Returns whether it is the next. */
  count(seq: number): boolean {
    const isNext = this.#sequence.accept(seq);
    // AC-MSG-13
    if (!isNext) this.#sequence.adopt(seq);
    return isNext;
  }

  /** Counts a message that came, and judges whether it belongs to this session and is the next. */
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
        info: `serverseq is ${serverseq}; this server has sent ${this.#sequence.sent} messages`,
      };
    }
    return undefined;
  }

  /** What there is to note of the `serverseq` of a message that belongs to this session; undefined for most. */
  noteOn({ serverseq }: ClientEnvelopeFields, nowMs: number): string | undefined {
    return this.#acknowledged.came(serverseq, this.#sequence.sent, nowMs);
  }

  /** The envelope of the next message, which is sent now. */
  next(nowMs: number): { readonly id: string; readonly seq: number; readonly clientseq: number } {
    const seq = this.#sequence.next();
    this.#acknowledged.sent(seq, nowMs);
    return {
      id: this.#id === '' ? NULL_UUID : this.#id,
      seq,
      clientseq: this.#sequence.received,
    };
  }
}
