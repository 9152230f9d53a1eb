import type { Clock, Transport, TransportListener } from '@hookline/runtime';
import { type RawData, WebSocket } from 'ws';
import { Turns } from './read-scheduler.js';

/** One for all: a frame must not cost an object. */
const BINARY = { binary: true, compress: false };

/** A WebSocket as a transport. Frames pass as they are, neither copied nor wrapped. */
export class WsTransport implements Transport {
  readonly #socket: WebSocket;
  readonly #turns: Turns;
  #error: Error | undefined;

  /** @param maxBufferedBytes - pongs that may wait for a peer that does not read */
  constructor(socket: WebSocket, clock: Clock, maxBufferedBytes: number) {
    this.#socket = socket;
    this.#turns = new Turns(clock, socket);
    // Whatever breaks the framing is followed by `close`; unheard it would end the process.
    socket.on('error', (error) => {
      this.#error = error;
    });
    socket.on('ping', (data) => {
      this.#turns.take(() => {
        if (socket.readyState === WebSocket.OPEN) socket.pong(data);
        if (socket.bufferedAmount > maxBufferedBytes) this.terminate();
      });
    });
    // Nobody asked for it; it takes its time all the same.
    socket.on('pong', () => this.#turns.take(() => {}));
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  listen(listener: TransportListener): void {
    const turns = this.#turns;
    this.#socket.on('message', (data, isBinary) => {
      const beganMs = turns.begin();
      if (beganMs === undefined) {
        this.#handLater(listener, data, isBinary);
        return;
      }
      hand(listener, data, isBinary);
      turns.end(beganMs);
    });
    this.#socket.on('close', (code, reason) => {
      const end = { code, reason: reason.toString(), ...(this.#error ? { error: this.#error } : {}) };
      turns.last(() => listener.closed(end));
    });
  }

  sendText(text: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  sendBinary(bytes: Uint8Array): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(bytes, BINARY);
  }

  close(code?: number, reason?: string): void {
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#turns.close();
    this.#socket.terminate();
  }

  /** Apart from the listener: there, each message would cost what the function needs to remember. */
  #handLater(listener: TransportListener, data: RawData, isBinary: boolean): void {
    this.#turns.wait(() => hand(listener, data, isBinary));
  }
}

function hand(listener: TransportListener, data: RawData, isBinary: boolean): void {
  // With the default binaryType ws gives Buffers only.
  if (!(data instanceof Uint8Array)) return;
  if (isBinary) listener.binary(data);
  else listener.text(data.toString());
}
