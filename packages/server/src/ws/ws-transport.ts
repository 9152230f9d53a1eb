import type { Clock, Transport, TransportListener } from '@hookline/runtime';
import { WebSocket } from 'ws';
import { ReadScheduler } from './read-scheduler.js';

/** A constant, so that sending a frame allocates nothing. */
const BINARY = { binary: true, compress: false };

/**
 * A WebSocket that passes its events directly to its transport, the only listener. Registered listeners would take 250
 * bytes more per connection.
 */
export class TransportSocket extends WebSocket {
  transport: WsTransport | undefined;

  /** ws passes at most two arguments. */
  override emit(event: string | symbol, first?: unknown, second?: unknown): boolean {
    const { transport } = this;
    if (!transport) return super.emit(event, first, second);
    // With its default binaryType ws delivers Buffers only.
    if (event === 'message' && Buffer.isBuffer(first)) transport.take(first, second === true);
    else if (event === 'ping' && Buffer.isBuffer(first)) transport.ping(first);
    else if (event === 'pong') transport.pong();
    // An error is always followed by `close`.
    else if (event === 'error' && first instanceof Error) transport.failed(first);
    else if (event === 'close' && typeof first === 'number') transport.closed(first, String(second));
    else return super.emit(event, first, second);
    return true;
  }
}

/** A transport over a WebSocket, as a session uses it. Frames are neither copied nor wrapped. */
export class WsTransport implements Omit<Transport, 'close'> {
  readonly #socket: TransportSocket;
  readonly #reads: ReadScheduler;
  readonly #maxBufferedBytes: number;
  #listener: TransportListener | undefined;
  #error: Error | undefined;

  /** @param maxBufferedBytes - how much may be buffered for a peer that does not read; more ends the connection */
  constructor(socket: TransportSocket, clock: Clock, maxBufferedBytes: number) {
    this.#socket = socket;
    this.#reads = new ReadScheduler(clock, socket);
    this.#maxBufferedBytes = maxBufferedBytes;
    socket.transport = this;
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  listen(listener: TransportListener): void {
    this.#listener = listener;
  }

  sendText(text: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  sendBinary(bytes: Uint8Array): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(bytes, BINARY);
  }

  terminate(): void {
    this.#reads.close();
    this.#socket.terminate();
  }

  failed(error: Error): void {
    this.#error = error;
  }

  /** Handles a message. */
  take(data: Buffer, isBinary: boolean): void {
    const beganMs = this.#reads.begin();
    if (beganMs === undefined) {
      this.#takeLater(data, isBinary);
      return;
    }
    this.#hand(data, isBinary, beganMs);
    this.#reads.end(beganMs);
  }

  /** Handles a WebSocket ping. */
  ping(data: Buffer): void {
    this.#reads.take(() => {
      const socket = this.#socket;
      if (socket.readyState === WebSocket.OPEN) socket.pong(data);
      if (socket.bufferedAmount > this.#maxBufferedBytes) this.terminate();
    });
  }

  /** Unsolicited, but it counts as work of this connection. */
  pong(): void {
    this.#reads.take(() => {});
  }

  closed(code: number, reason: string): void {
    const end = { code, reason, ...(this.#error ? { error: this.#error } : {}) };
    this.#reads.last(() => this.#listener?.closed(end));
  }

  /** A separate method, so that `take` allocates no closure for messages that are handled at once. */
  #takeLater(data: Buffer, isBinary: boolean): void {
    this.#reads.wait(() => this.#hand(data, isBinary));
  }

  #hand(data: Buffer, isBinary: boolean, nowMs?: number): void {
    if (isBinary) this.#listener?.binary(data, nowMs);
    else this.#listener?.text(data.toString());
  }
}
