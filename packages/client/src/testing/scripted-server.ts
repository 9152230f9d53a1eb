import {
  type ClientMessage,
  type ClientMessageOf,
  type ClientMessageType,
  chooseMedia,
  decodeClientMessage,
  encodeServerMessage,
  type MediaParameter,
  PCMU_EXTERNAL,
  type ServerMessageType,
  type ServerParameters,
} from '@hookline/protocol';
import { type Clock, linkedTransports, type Transport, type TransportEnd } from '@hookline/runtime';
import { fields, number } from '../argument-check.js';
import type { Dial, DialRequest } from '../transport/dial.js';

/** Options of `ScriptedServer`. */
export interface ScriptedServerOptions {
  /** How long each message and frame is under way, in either direction, in milliseconds. Default 0. */
  readonly latencyMs?: number;
  /** From dialling to the end of the handshake, in milliseconds. Default 0. */
  readonly upgradeMs?: number;
}

/** The automatic answers of the server. Each can be switched off at any time, to answer manually or not at all. */
export interface AutoReplies {
  /** `open` is answered with `opened` and these parameters; undefined: not at all. Default: the first offer. */
  opened: ((open: ClientMessageOf<'open'>) => ServerParameters<'opened'>) | undefined;
  /** `ping` is answered with `pong`. Default true. */
  pong: boolean;
  /** `close` is answered with `closed`. Default true. */
  closed: boolean;
}

/** Envelope fields to send instead of the correct ones. */
export type WrongEnvelope = Partial<{ id: string; seq: number; clientseq: number }>;

/** Something received, and its time. */
export interface Received<What> {
  /** By the clock of the server. */
  readonly atMs: number;
  readonly what: What;
}

/**
 * A server for tests of a client: records what it receives, and sends any message, valid or not, at any time, over
 * linked transports. Pass its `dial` to `callAudioConnector`.
 */
export class ScriptedServer {
  /** Makes the connection to this server. */
  readonly dial: Dial;
  readonly auto: AutoReplies = {
    opened: (open) => ({ startPaused: false, media: [chosen(open)] }),
    pong: true,
    closed: true,
  };
  /** Every connection that was requested. */
  readonly requests: DialRequest[] = [];
  readonly messages: Received<ClientMessage>[] = [];
  readonly audio: Received<Uint8Array>[] = [];
  /** Text frames that are not client messages. */
  readonly garbage: string[] = [];
  /** How the connection ended; undefined before. */
  ended: Received<TransportEnd> | undefined;
  readonly #clock: Clock;
  readonly #waiting = new Map<ClientMessageType, ((message: ClientMessage) => void)[]>();
  #transport: Transport | undefined;
  #seq = 0;
  #clientseq = 0;
  #id = '';

  /** @throws HooklineError `CLIENT_BAD_ARGUMENT` for an option that is not a time or does not exist */
  constructor(clock: Clock, options: ScriptedServerOptions = {}) {
    fields(options, '', { latencyMs: number({ min: 0 }), upgradeMs: number({ min: 0 }) });
    const { latencyMs = 0, upgradeMs = 0 } = options;
    this.#clock = clock;
    this.dial = (request) =>
      new Promise((resolve) => {
        this.requests.push(request);
        this.#clock.after(upgradeMs, () => {
          const [near, far] = linkedTransports(clock, { latencyMs });
          this.#accept(far);
          resolve({
            transport: near,
            requestHead: `GET ${request.url} HTTP/1.1`,
            responseHead: 'HTTP/1.1 101 Switching Protocols',
            status: 101,
          });
        });
      });
  }

  /** The received messages of one type. */
  of<T extends ClientMessageType>(type: T): ClientMessageOf<T>[] {
    return this.messages.map(({ what }) => what).filter((message) => isOf(message, type));
  }

  /** When the messages of one type were received. */
  timesOf(type: ClientMessageType): number[] {
    return this.messages.filter(({ what }) => what.type === type).map(({ atMs }) => atMs);
  }

  /** Resolves with the next received message of a type. */
  next(type: ClientMessageType): Promise<ClientMessage> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(type) ?? [];
      this.#waiting.set(type, [...waiting, resolve]);
    });
  }

  /** Sends a message with a correct envelope, except for the given fields. */
  send<T extends ServerMessageType>(
    type: T,
    parameters: ServerParameters<T>,
    wrong: WrongEnvelope = {},
  ): void {
    this.#seq += 1;
    const envelope = { id: this.#id, seq: this.#seq, clientseq: this.#clientseq, ...wrong };
    this.text(encodeServerMessage(type, envelope, parameters));
  }

  /** The envelope of the next message, for custom messages. Consumes its seq. */
  envelope(): { version: '2'; id: string; seq: number; clientseq: number } {
    this.#seq += 1;
    return { version: '2', id: this.#id, seq: this.#seq, clientseq: this.#clientseq };
  }

  /** Sends a text frame as it is. */
  text(text: string): void {
    this.#transport?.sendText(text);
  }

  /** Sends a binary frame. */
  binary(bytes: Uint8Array): void {
    this.#transport?.sendBinary(bytes);
  }

  /** Starts the closing handshake of the WebSocket. */
  close(code?: number, reason?: string): void {
    this.#transport?.close(code, reason);
  }

  /** Drops the connection. */
  terminate(): void {
    this.#transport?.terminate();
  }

  #accept(transport: Transport): void {
    this.#transport = transport;
    transport.listen({
      text: (text) => this.#receive(text),
      binary: (what) => this.audio.push({ atMs: this.#clock.now(), what }),
      closed: (what) => {
        this.ended = { atMs: this.#clock.now(), what };
      },
    });
  }

  #receive(text: string): void {
    const decoded = decodeClientMessage(text);
    if (decoded.kind !== 'message') {
      this.garbage.push(text);
      return;
    }
    const { message } = decoded;
    this.#id = message.id;
    this.#clientseq = message.seq;
    this.messages.push({ atMs: this.#clock.now(), what: message });
    for (const resolve of this.#waiting.get(message.type) ?? []) resolve(message);
    this.#waiting.delete(message.type);
    this.#answer(message);
  }

  #answer(message: ClientMessage): void {
    if (message.type === 'open' && this.auto.opened) this.send('opened', this.auto.opened(message));
    if (message.type === 'ping' && this.auto.pong) this.send('pong', {});
    if (message.type === 'close' && this.auto.closed) this.send('closed', {});
  }
}

/** The offer to accept; a test may offer what a server cannot accept. */
function chosen(open: ClientMessageOf<'open'>): MediaParameter {
  return chooseMedia(open.parameters.media) ?? PCMU_EXTERNAL;
}

function isOf<T extends ClientMessageType>(message: ClientMessage, type: T): message is ClientMessageOf<T> {
  return message.type === type;
}
