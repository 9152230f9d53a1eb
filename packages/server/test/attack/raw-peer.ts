import { randomBytes, randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { type BotOptions, type CallHandler, createBot } from '../../src/index.js';
import {
  API_KEY,
  CLIENT_SECRET,
  ORGANIZATION,
  type RequestOverrides,
  signedRequest,
} from './signed-request.js';

const cleanups: (() => unknown)[] = [];

/** To be called after each test, or after all that share a bot. */
export async function cleanUp(): Promise<void> {
  for (const clean of cleanups.splice(0).reverse()) await clean();
}

/** A bot on a port of its own, to be attacked. */
export async function target(handler: CallHandler, options: Partial<BotOptions> = {}) {
  const bot = createBot({ auth: { [API_KEY]: CLIENT_SECRET }, ...options }, handler);
  const listening = await bot.listen(0, { host: '127.0.0.1' });
  cleanups.push(() => listening.close());
  return { bot, port: listening.port };
}

/** Dials TCP, nothing more. */
export function dialBare(port: number): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => resolve(socket));
    socket.on('error', () => {});
    cleanups.push(() => socket.destroy());
  });
}

/** Sends a text and reads until the head of the answer and its body are there, or the connection is gone. */
export async function answerTo(port: number, text: string): Promise<{ status: number; text: string }> {
  const socket = await dialBare(port);
  socket.write(text, 'latin1');
  const answer = await new Promise<string>((resolve) => {
    let read = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      read += chunk;
      if (read.startsWith('HTTP/1.1 101') && read.includes('\r\n\r\n')) resolve(read);
    });
    socket.on('end', () => resolve(read));
    socket.on('close', () => resolve(read));
  });
  socket.destroy();
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]), text: answer };
}

/** How a frame breaks the rules. */
export interface FrameOverrides {
  readonly fin?: boolean;
  readonly masked?: boolean;
  readonly reservedBits?: number;
  /** The length in its head, when it lies. */
  readonly declared?: number;
}

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** A WebSocket frame by hand. */
export function frame(opcode: number, payload: string | Uint8Array, odd: FrameOverrides = {}): Buffer {
  const bytes = Buffer.from(payload);
  const length = odd.declared ?? bytes.length;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = (odd.fin === false ? 0 : 0x80) | (odd.reservedBits ?? 0) | opcode;
  if (head.length === 2) head[1] = length;
  else if (head.length === 4) {
    head[1] = 126;
    head.writeUInt16BE(length, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  if (odd.masked === false) return Buffer.concat([head, bytes]);
  head[1] = (head[1] ?? 0) | 0x80;
  const mask = randomBytes(4);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = (bytes[index] ?? 0) ^ (mask[index % 4] ?? 0);
  }
  return Buffer.concat([head, mask, bytes]);
}

/** A close frame's payload. */
export function closing(code: number, reason: string | Uint8Array = ''): Buffer {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(code);
  return Buffer.concat([head, Buffer.from(reason)]);
}

/** A message of the server. */
export interface Heard {
  readonly type: string;
  readonly seq: number;
  readonly clientseq: number;
  readonly parameters: { readonly reason?: string; readonly info?: string; readonly media?: unknown };
}

/** The usual offer. */
export const PCMU = { type: 'audio', format: 'PCMU', channels: ['external'], rate: 8000 };

/** A client on a bare socket: counts as Genesys does, and breaks what it is told to. */
export class RawPeer {
  readonly messages: Heard[] = [];
  readonly socket: Socket;
  readonly session: string;
  seq = 0;
  binaryBytes = 0;
  pongs = 0;
  closeCode: number | undefined;
  gone = false;
  #serverseq = 0;
  #unread = Buffer.alloc(0);
  readonly #waiting = new Set<() => void>();

  private constructor(socket: Socket, session: string) {
    this.socket = socket;
    this.session = session;
    socket.on('close', () => {
      this.gone = true;
      this.#tell();
    });
  }

  /** Upgrades; fails when that is refused. `first` goes out in one piece with the request. */
  static async dial(
    port: number,
    odd: RequestOverrides = {},
    first?: (peer: RawPeer) => Uint8Array,
  ): Promise<RawPeer> {
    const { text, session } = signedRequest(port, odd);
    const socket = await dialBare(port);
    const peer = new RawPeer(socket, session);
    socket.on('end', () => socket.end());
    await new Promise<void>((resolve, reject) => {
      let head = Buffer.alloc(0);
      const onData = (bytes: Buffer) => {
        head = Buffer.concat([head, bytes]);
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        socket.off('data', onData);
        if (!head.toString('latin1').startsWith('HTTP/1.1 101')) reject(new Error(head.toString('latin1')));
        socket.on('data', (more) => peer.#read(more));
        peer.#read(head.subarray(end + 4));
        resolve();
      };
      socket.on('data', onData);
      socket.write(first ? Buffer.concat([Buffer.from(text), first(peer)]) : text);
    });
    return peer;
  }

  /** Dials and opens. */
  static async open(port: number, parameters: Record<string, unknown> = {}): Promise<RawPeer> {
    const peer = await RawPeer.dial(port);
    peer.send('open', openParameters(parameters));
    await peer.message('opened');
    return peer;
  }

  /** The next message; `fields` replace those of the envelope. */
  envelope(type: string, parameters: unknown = {}, fields: Record<string, unknown> = {}): string {
    this.seq += 1;
    const envelope = { version: '2', id: this.session, type, seq: this.seq, serverseq: this.#serverseq };
    return JSON.stringify({ ...envelope, position: 'PT0S', parameters, ...fields });
  }

  send(type: string, parameters: unknown = {}, fields: Record<string, unknown> = {}): void {
    this.text(this.envelope(type, parameters, fields));
  }

  text(text: string): void {
    this.write(frame(OPCODE.text, text));
  }

  audio(bytes: number): void {
    this.write(frame(OPCODE.binary, Buffer.alloc(bytes, 0xff)));
  }

  write(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  count(type: string): number {
    return this.messages.filter((message) => message.type === type).length;
  }

  /** The n-th message of a type, when it comes. */
  async message(type: string, nth = 1): Promise<Heard> {
    await this.#until(() => this.count(type) >= nth || this.gone);
    const found = this.messages.filter((message) => message.type === type)[nth - 1];
    if (found) return found;
    throw new Error(`no ${type}: the connection is gone; heard ${JSON.stringify(this.messages)}`);
  }

  /** Until the bot answers a ping, which it does only after what was sent before. */
  async stillAnswers(): Promise<void> {
    this.send('ping');
    const isAnswer = ({ type, clientseq }: Heard) => type === 'pong' && clientseq === this.seq;
    await this.#until(() => this.messages.some(isAnswer) || this.gone);
    if (!this.messages.some(isAnswer)) throw new Error(`no pong: heard ${JSON.stringify(this.messages)}`);
  }

  /** Until the connection is gone; the close code that the bot sent. */
  async end(): Promise<number | undefined> {
    await this.#until(() => this.gone);
    return this.closeCode;
  }

  /** Answers `disconnect` as a client must; what it said. */
  async disconnected(): Promise<Heard['parameters']> {
    const { parameters } = await this.message('disconnect');
    await this.hangUp('disconnect');
    return parameters;
  }

  /** Ends the call in good order. */
  async hangUp(reason = 'end'): Promise<void> {
    this.send('close', { reason });
    await this.message('closed');
    this.write(frame(OPCODE.close, closing(1000)));
    await this.end();
    const closed = this.messages.findIndex((message) => message.type === 'closed');
    if (closed !== this.messages.length - 1) throw new Error('something came after closed');
  }

  #read(bytes: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, bytes]);
    for (;;) {
      const [first, second] = this.#unread;
      if (first === undefined || second === undefined) break;
      const wide = second === 126 ? 2 : second === 127 ? 8 : 0;
      if (this.#unread.length < 2 + wide) break;
      const length =
        wide === 0
          ? second
          : wide === 2
            ? this.#unread.readUInt16BE(2)
            : Number(this.#unread.readBigUInt64BE(2));
      if (this.#unread.length < 2 + wide + length) break;
      const payload = this.#unread.subarray(2 + wide, 2 + wide + length);
      this.#unread = this.#unread.subarray(2 + wide + length);
      this.#take(first & 0x0f, payload);
    }
    this.#tell();
  }

  #take(opcode: number, payload: Buffer): void {
    if (opcode === OPCODE.text) {
      const message = JSON.parse(payload.toString()) as Heard;
      if (message.seq !== this.#serverseq + 1)
        throw new Error(`seq is ${message.seq} after ${this.#serverseq}`);
      this.#serverseq = message.seq;
      this.messages.push(message);
    } else if (opcode === OPCODE.binary) this.binaryBytes += payload.length;
    else if (opcode === OPCODE.pong) this.pongs += 1;
    else if (opcode === OPCODE.close) {
      this.closeCode = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
      this.write(frame(OPCODE.close, payload));
    }
  }

  #tell(): void {
    for (const check of [...this.#waiting]) check();
  }

  #until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!holds()) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }
}

/** The parameters of an `open`. */
export function openParameters(parameters: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    organizationId: ORGANIZATION,
    conversationId: randomUUID(),
    participant: { id: randomUUID(), ani: '+15550001', aniName: 'Ann', dnis: '+18000002' },
    media: [PCMU],
    language: 'en-US',
    ...parameters,
  };
}
