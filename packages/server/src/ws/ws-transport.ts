import type { Clock, Transport, TransportListener } from '@hookline/runtime';
import { type RawData, WebSocket } from 'ws';
import { ReadScheduler } from './read-scheduler.js';

/** One for all: a frame must not cost an object. */
const BINARY = { binary: true, compress: false };

/** A WebSocket as a transport. Frames pass as they are, neither copied nor wrapped. */
export class WsTransport implements Transport {
  readonly #socket: WebSocket;
  readonly #reads: ReadScheduler;
  #error: Error | undefined;

  /** @param maxBufferedBytes - pongs that may wait for a peer that does not read */
  constructor(socket: WebSocket, clock: Clock, maxBufferedBytes: number) {
    this.#socket = socket;
    this.#reads = new ReadScheduler(clock, socket);
    // Whatever breaks the framing is followed by `close`; unheard it would end the process.
    socket.on('error', (error) => {
      this.#error = error;
    });
    socket.on('ping', (data) => {
      this.#reads.take(() => {
        if (socket.readyState === WebSocket.OPEN) socket.pong(data);
        if (socket.bufferedAmount > maxBufferedBytes) this.terminate();
      });
    });
    // Nobody asked for it; it takes its time all the same.
    socket.on('pong', () => this.#reads.take(() => {}));
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  listen(listener: TransportListener): void {
    const reads = this.#reads;
    this.#socket.on('message', (data, isBinary) => {
      const beganMs = reads.begin();
      if (beganMs === undefined) {
        this.#handLater(listener, data, isBinary);
        return;
      }
      hand(listener, data, isBinary);
      reads.end(beganMs);
    });
    this.#socket.on('close', (code, reason) => {
      const end = { code, reason: reason.toString(), ...(this.#error ? { error: this.#error } : {}) };
      reads.last(() => listener.closed(end));
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
    this.#reads.close();
    this.#socket.terminate();
  }

  /** Apart from the listener: there, each message would cost what the function needs to remember. */
  #handLater(listener: TransportListener, data: RawData, isBinary: boolean): void {
    this.#reads.wait(() => hand(listener, data, isBinary));
  }
}

function hand(listener: TransportListener, data: RawData, isBinary: boolean): void {
  // With the default binaryType ws gives Buffers only.
  if (!(data instanceof Uint8Array)) return;
  if (isBinary) listener.binary(data);
  else listener.text(data.toString());
}
