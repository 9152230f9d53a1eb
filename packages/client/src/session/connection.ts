import {
  Acknowledgements,
  acknowledgementFaultText,
  type ClauseId,
  type ClientMessageType,
  type ClientParameters,
  type Decoded,
  type DecodeFault,
  decodeServerMessage,
  describe,
  describeName,
  durationFromSamples,
  encodeClientMessage,
  Sequence,
  type ServerMessage,
  type WireSink,
} from '@hookline/protocol';
import type { Transport, TransportEnd } from '@hookline/runtime';
import type { SessionEvent } from './machine/events.js';
import { misframedType } from './misframed-message.js';
import { durationStyle, inOrder, type WireStyle } from './wire-style.js';

/**
 * The client message that each server message answers. The answer acknowledges it, and of several the first one:
 * which of two quick updates an `updated` answers is not said.
 */
const ANSWERS: Partial<Record<string, ClientMessageType>> = {
  opened: 'open',
  updated: 'update',
  closed: 'close',
};
/**
 * The maximum of unsent bytes. A bot that does not read fails to answer pings long before this; it bounds the answers
 * to a flood.
 */
const MAX_UNSENT_BYTES = 4 * 1024 * 1024;

/** The handling of one message or audio frame. */
export interface Receipt {
  begin(): void;
  end(): void;
}

/** The parts of a session that a connection uses. */
export interface ConnectionOptions {
  readonly sessionId: string;
  readonly style: WireStyle;
  /** Milliseconds since dialling; between `begin` and `end` of a receipt, the time of `begin`. */
  readonly t: () => number;
  readonly receipt: Receipt;
  /** The stream position, in samples. */
  readonly position: () => number;
  /** Whether the next message repeats the last `seq`, as a faulty platform might. */
  readonly repeatsSeq: () => boolean;
  readonly sink: WireSink;
}

/** Receives what arrives: audio unchanged, everything else as an event or a message in sequence. */
export interface ConnectionListener {
  message(message: ServerMessage): void;
  audio(bytes: Uint8Array): void;
  event(event: SessionEvent): void;
  /** A broken rule that does not end the session. */
  onWarning(clause: ClauseId, text: string): void;
  closed(end: TransportEnd): void;
}

/** One connection: sends and receives messages, with their counters, and audio, and reports all of it to the sink. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #transport: Transport;
  readonly #sequence = new Sequence();
  /** After a gap in the sequence the session fails, and the `seq` of later messages is not checked. */
  #sequenceBroken = false;
  readonly #firstSeqOf: Partial<Record<ClientMessageType, number>> = {};
  /** The `clientseq` of the first `disconnect`. */
  #disconnectClientseq: number | undefined;
  readonly #acknowledgements = new Acknowledgements();
  /** Nothing is sent once the connection is being closed. */
  #over = false;

  constructor(options: ConnectionOptions, transport: Transport) {
    this.#options = options;
    this.#transport = transport;
  }

  /** Starts delivery. */
  listen(listener: ConnectionListener): void {
    const { sink, t, receipt } = this.#options;
    this.#transport.listen({
      text: (text) => {
        receipt.begin();
        try {
          this.#read(text, listener);
        } finally {
          receipt.end();
        }
      },
      binary: (bytes) => {
        receipt.begin();
        try {
          sink.audio?.('in', t(), bytes);
          const messageType = misframedType(bytes);
          if (messageType === undefined) listener.audio(bytes);
          else this.#refuseMisframed(messageType, listener);
        } finally {
          receipt.end();
        }
      },
      closed: (end) => {
        this.#over = true;
        listener.closed(end);
      },
    });
  }

  /** Sends a message and returns its `seq`; undefined when the connection is over. */
  send<T extends ClientMessageType>(type: T, parameters: ClientParameters<T>): number | undefined {
    if (this.#over) return undefined;
    const repeats = this.#sequence.sent > 0 && this.#options.repeatsSeq();
    const seq = repeats ? this.#sequence.sent : this.#sequence.next();
    const { sessionId: id, style } = this.#options;
    const position = durationFromSamples(this.#options.position(), durationStyle(style));
    const envelope = { id, seq, serverseq: this.#sequence.received, position };
    const text = inOrder(encodeClientMessage(type, envelope, parameters), style);
    const t = this.#options.t();
    this.#firstSeqOf[type] ??= seq;
    this.#acknowledgements.sent(seq, t);
    // Sent before the sink is notified: if the sink ends the call at once, its `close` must not precede this message.
    this.#transport.sendText(text);
    this.#options.sink.event({ kind: 'message', t, dir: 'out', text, type });
    return seq;
  }

  /** @param lateMs - the delay after the due time of the frame; undefined for one that was held */
  sendAudio(bytes: Uint8Array, lateMs: number | undefined): void {
    if (this.#over) return;
    const t = this.#options.t();
    this.#transport.sendBinary(bytes);
    this.#options.sink.audio?.('out', t, bytes, lateMs);
  }

  /** The unsent bytes if they exceed the maximum; otherwise undefined. */
  get unread(): number | undefined {
    const { bufferedAmount } = this.#transport;
    return bufferedAmount > MAX_UNSENT_BYTES ? bufferedAmount : undefined;
  }

  close(): void {
    this.#over = true;
    this.#transport.close(1000);
  }

  terminate(): void {
    this.#over = true;
    this.#transport.terminate();
  }

  #read(text: string, listener: ConnectionListener): void {
    const decoded = decodeServerMessage(text);
    this.#report(text, decoded);
    if (decoded.kind === 'fault') {
      const { fault } = decoded;
      // AC-MSG-13: the counter advances for a well-formed envelope, whatever is inside.
      if (fault.seq !== undefined) this.#sequence.accept(fault.seq);
      else this.#sequenceBroken = true;
      listener.event(malformed(fault));
      return;
    }
    const envelope = decoded.kind === 'message' ? decoded.message : decoded.envelope;
    const broken = this.#outOfOrder(envelope);
    if (broken) listener.event(broken);
    else {
      const unasked = this.#unaskedClosed(envelope);
      const wrong = unasked ?? this.#wrongClientseq(envelope);
      if (wrong !== undefined) listener.onWarning(unasked === undefined ? 'AC-MSG-7' : 'AC-CLOSE-4', wrong);
      this.#acknowledgements.accept(envelope.clientseq, this.#sequence.sent, this.#options.t());
      if (decoded.kind === 'message') listener.message(decoded.message);
      else listener.event({ type: 'unknown', messageType: envelope.type });
    }
  }

  /** Its `seq` is not read, and may leave a gap. */
  #refuseMisframed(messageType: string, listener: ConnectionListener): void {
    this.#sequenceBroken = true;
    const text = `the message ${describe(messageType)} arrived in a binary frame, which is audio; send messages as text frames`;
    listener.event({ type: 'malformed', code: 400, clause: 'AC-AUDIO-1', text, messageType });
  }

  #report(text: string, decoded: Decoded<ServerMessage, { readonly type: string }>): void {
    const type =
      decoded.kind === 'message'
        ? decoded.message.type
        : decoded.kind === 'unknown'
          ? decoded.envelope.type
          : decoded.fault.type;
    const base = { kind: 'message', t: this.#options.t(), dir: 'in', text } as const;
    this.#options.sink.event(type === undefined ? base : { ...base, type });
  }

  /** Returns the fault of the envelope of a well-formed message, if any. (DECISIONS.md #14) */
  #outOfOrder(envelope: {
    readonly type: string;
    readonly id: string;
    readonly seq: number;
  }): SessionEvent | undefined {
    const { id, seq } = envelope;
    const messageType = envelope.type;
    const { expected } = this.#sequence;
    const inOrder = this.#sequence.accept(seq) || this.#sequenceBroken;
    if (id.toLowerCase() !== this.#options.sessionId.toLowerCase()) {
      const text = `${describeName(messageType)} has id ${id}; expected the id of the session, ${this.#options.sessionId}`;
      return { type: 'malformed', code: 400, clause: 'AC-MSG-4', text, messageType };
    }
    if (!inOrder) {
      this.#sequenceBroken = true;
      const text = `${describeName(messageType)} has seq ${seq}; expected ${expected}`;
      return { type: 'malformed', code: 500, clause: 'AC-MSG-6', text, messageType };
    }
    return undefined;
  }

  /**
   * Returns the fault of a `closed` that the bot sent together with `disconnect`, although it arrived after `close` was
   * sent: its `clientseq` is still that of `disconnect`.
   */
  #unaskedClosed({
    type,
    clientseq,
  }: {
    readonly type: string;
    readonly clientseq: number;
  }): string | undefined {
    // A number that was too old already then says nothing.
    if (type === 'disconnect' && this.#acknowledgements.faultOf(clientseq, this.#options.t()) === undefined)
      this.#disconnectClientseq ??= clientseq;
    const closeSeq = this.#firstSeqOf.close;
    if (type !== 'closed' || closeSeq === undefined || clientseq >= closeSeq) return undefined;
    // A bot that always sends 0 says nothing.
    if (clientseq === 0 || clientseq !== this.#disconnectClientseq) return undefined;
    return `closed has clientseq ${clientseq}, like disconnect before it, so it was sent without waiting for close, which had seq ${closeSeq}; send closed only in answer to close`;
  }

  /**
   * Returns the fault of a `clientseq`, if any. It does not end the call: live calls are reported to continue. That of
   * a `pong` is compared with its ping elsewhere.
   */
  #wrongClientseq({
    type,
    clientseq,
  }: {
    readonly type: string;
    readonly clientseq: number;
  }): string | undefined {
    if (type === 'pong') return undefined;
    const name = describeName(type);
    const { sent } = this.#sequence;
    if (clientseq > sent) {
      return `${name} has clientseq ${clientseq}, but the client has sent only ${sent} messages`;
    }
    const asked = ANSWERS[type];
    const askedSeq = asked && this.#firstSeqOf[asked];
    if (askedSeq !== undefined && clientseq < askedSeq) {
      return `${name} has clientseq ${clientseq}; expected ${askedSeq} or more, since ${asked} had that seq`;
    }
    const fault = this.#acknowledgements.faultOf(clientseq, this.#options.t());
    return fault && `${name} has clientseq ${clientseq}${acknowledgementFaultText(fault, 'the client')}`;
  }
}

function malformed({ code, clause, reason, type }: DecodeFault): SessionEvent {
  return {
    type: 'malformed',
    code: code === 'too-long' ? 413 : 400,
    clause,
    text: reason,
    ...(type === undefined ? {} : { messageType: type }),
  };
}
