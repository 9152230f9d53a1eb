import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { signedHeaders } from './handshake.js';

const MEDIA = { type: 'audio', format: 'PCMU', channels: ['external'], rate: 8000 };
const ORGANIZATION = randomUUID();

/** A call of the independent generator: bare ws, no Hookline code. */
export class BareCall {
  /** Called with each received binary frame. */
  onEcho: (() => void) | undefined;
  #seq = 0;
  #serverSeq = 0;
  #positionMs = 0;
  readonly #id = randomUUID();
  readonly #socket: WebSocket;
  #answered: ((type: string) => void) | undefined;

  constructor(url: string) {
    this.#socket = new WebSocket(url, {
      headers: signedHeaders(url, { organization: ORGANIZATION, session: this.#id }),
      perMessageDeflate: false,
    });
    this.#socket.on('message', (data, isBinary) => {
      if (isBinary) {
        this.onEcho?.();
        return;
      }
      const message = JSON.parse(String(data));
      this.#serverSeq = message.seq;
      this.#answered?.(message.type);
    });
  }

  /** Resolves with `opened`. */
  async open(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#socket.once('open', () => resolve());
      this.#socket.once('error', reject);
    });
    const opened = this.#answer('opened');
    this.#send('open', {
      organizationId: ORGANIZATION,
      conversationId: randomUUID(),
      participant: { id: randomUUID(), ani: '+15550001', aniName: 'Bench', dnis: '+18000002' },
      media: [MEDIA],
    });
    await opened;
  }

  audio(frame: Uint8Array): void {
    this.#positionMs += frame.length / 8;
    this.#socket.send(frame);
  }

  ping(): void {
    this.#send('ping', {});
  }

  /** Resolves with true if `closed` and then the end of the socket arrived in order. */
  async close(): Promise<boolean> {
    if (this.#socket.readyState !== WebSocket.OPEN) return false;
    const closed = this.#answer('closed');
    this.#send('close', { reason: 'end' });
    await closed;
    const gone = new Promise<number>((resolve) => this.#socket.once('close', resolve));
    this.#socket.close(1000);
    return (await gone) === 1000;
  }

  /** Sends an invalid message, and closes the socket when the server disconnects because of it. */
  async sendGarbage(): Promise<void> {
    const disconnect = this.#answer('disconnect');
    this.#socket.send('{"version":"2"');
    await disconnect;
    this.cut();
  }

  /** Drops the connection without a message. */
  cut(): void {
    this.#socket.terminate();
  }

  #answer(type: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.once('close', () => reject(new Error(`the socket closed before ${type}`)));
      this.#answered = (came) => {
        if (came === type) resolve();
      };
    });
  }

  #send(type: string, parameters: object): void {
    this.#seq += 1;
    const envelope = { version: '2', id: this.#id, type, seq: this.#seq, serverseq: this.#serverSeq };
    this.#socket.send(JSON.stringify({ ...envelope, position: `PT${this.#positionMs / 1000}S`, parameters }));
  }
}
