import type { Clock, Transport, TransportListener } from '@hookline/runtime';
import { type RawData, WebSocket } from 'ws';
import { ReadScheduler } from './read-scheduler.js';

/** A constant, so that sending a frame allocates nothing. */
const BINARY = { binary: true, compress: false };

/** A WebSocket that knows its transport: the listeners are the same functions for all of them, and no closures. */
export class TransportSocket extends WebSocket {
  transport: WsTransport | undefined;
}

/** A transport over a WebSocket. Frames are neither copied nor wrapped. */
export class WsTransport implements Transport {
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
    // An error is always followed by `close`. Without a listener it would end the process.
    socket.on('error', onError);
    socket.on('ping', onPing);
    socket.on('pong', onPong);
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  listen(listener: TransportListener): void {
    this.#listener = listener;
    this.#socket.on('message', onMessage);
    this.#socket.on('close', onClose);
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

  failed(error: Error): void {
    this.#error = error;
  }

  /** A message came. */
  take(data: RawData, isBinary: boolean): void {
    const beganMs = this.#reads.begin();
    if (beganMs === undefined) {
      this.#takeLater(data, isBinary);
      return;
    }
    this.#hand(data, isBinary);
    this.#reads.end(beganMs);
  }

  /** A ping of the WebSocket came. */
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

  closed(code: number, reason: Buffer): void {
    const end = { code, reason: reason.toString(), ...(this.#error ? { error: this.#error } : {}) };
    this.#reads.last(() => this.#listener?.closed(end));
  }

  /** A method of its own, so that `take` allocates no closure for messages that are handled at once. */
  #takeLater(data: RawData, isBinary: boolean): void {
    this.#reads.wait(() => this.#hand(data, isBinary));
  }

  #hand(data: RawData, isBinary: boolean): void {
    // With its default binaryType ws delivers Buffers only.
    if (!(data instanceof Uint8Array)) return;
    if (isBinary) this.#listener?.binary(data);
    else this.#listener?.text(data.toString());
  }
}

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  transportOf(this)?.take(data, isBinary);
}

function onPing(this: WebSocket, data: Buffer): void {
  transportOf(this)?.ping(data);
}

function onPong(this: WebSocket): void {
  transportOf(this)?.pong();
}

function onError(this: WebSocket, error: Error): void {
  transportOf(this)?.failed(error);
}

function onClose(this: WebSocket, code: number, reason: Buffer): void {
  transportOf(this)?.closed(code, reason);
}

function transportOf(socket: WebSocket): WsTransport | undefined {
  return socket instanceof TransportSocket ? socket.transport : undefined;
}
