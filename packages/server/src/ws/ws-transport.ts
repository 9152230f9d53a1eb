import type { Clock, Transport, TransportListener } from '@hookline/runtime';
import { type RawData, WebSocket } from 'ws';
import { ReadScheduler } from './read-scheduler.js';

/** A constant, so that sending a frame allocates nothing. */
const BINARY = { binary: true, compress: false };

/** A transport over a WebSocket. Frames are neither copied nor wrapped. */
export class WsTransport implements Transport {
  readonly #socket: WebSocket;
  readonly #reads: ReadScheduler;
  #error: Error | undefined;

  /** @param maxBufferedBytes - how much may be buffered for a peer that does not read; more ends the connection */
  constructor(socket: WebSocket, clock: Clock, maxBufferedBytes: number) {
    this.#socket = socket;
    this.#reads = new ReadScheduler(clock, socket);
    // An error is always followed by `close`. Without a listener it would end the process.
    socket.on('error', (error) => {
      this.#error = error;
    });
    socket.on('ping', (data) => {
      this.#reads.take(() => {
        if (socket.readyState === WebSocket.OPEN) socket.pong(data);
        if (socket.bufferedAmount > maxBufferedBytes) this.terminate();
      });
    });
    // Unsolicited, but it counts as work of this connection.
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
        this.#deliverLater(listener, data, isBinary);
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

  /** A method of its own, so that the listener allocates no closure for messages that are handled at once. */
  #deliverLater(listener: TransportListener, data: RawData, isBinary: boolean): void {
    this.#reads.wait(() => hand(listener, data, isBinary));
  }
}

function hand(listener: TransportListener, data: RawData, isBinary: boolean): void {
  // With its default binaryType ws delivers Buffers only.
  if (!(data instanceof Uint8Array)) return;
  if (isBinary) listener.binary(data);
  else listener.text(data.toString());
}
