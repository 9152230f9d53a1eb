import type { Transport, TransportListener } from '@hookline/runtime';
import { WebSocket } from 'ws';

/** One for all: a frame must not cost an object. */
const BINARY = { binary: true, compress: false };

/** A WebSocket as a transport. Frames pass as they are, neither copied nor wrapped. */
export class WsTransport implements Transport {
  readonly #socket: WebSocket;
  #error: Error | undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    // Whatever breaks the framing is followed by `close`; unheard it would end the process.
    socket.on('error', (error) => {
      this.#error = error;
    });
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  listen(listener: TransportListener): void {
    this.#socket.on('message', (data, isBinary) => {
      // With the default binaryType ws gives Buffers only.
      if (!(data instanceof Uint8Array)) return;
      if (isBinary) listener.binary(data);
      else listener.text(data.toString());
    });
    this.#socket.on('close', (code, reason) => {
      listener.closed({
        code,
        reason: reason.toString(),
        ...(this.#error ? { error: this.#error } : {}),
      });
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
    this.#socket.terminate();
  }
}
