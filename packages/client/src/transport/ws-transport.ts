import { refusalCode, refusedFrame } from '@hookline/protocol';
import type { Clock, Transport, TransportEnd, TransportListener } from '@hookline/runtime';
import type { WebSocket } from 'ws';
import { ReadThrottle } from './read-throttle.js';

type Delivery = (listener: TransportListener) => void;

/** An open WebSocket as a transport. It never throws, whatever the socket does. */
export class WsTransport implements Transport {
  readonly #socket: WebSocket;
  #listener: TransportListener | undefined;
  #early: Delivery[] = [];
  #error: Error | undefined;
  #refused: TransportEnd['refused'];
  readonly #throttle: ReadThrottle;

  /** @param socket - open; from here on it belongs to the transport */
  constructor(socket: WebSocket, clock: Clock) {
    this.#socket = socket;
    const throttle = new ReadThrottle(clock, socket);
    this.#throttle = throttle;
    socket.on('ping', (data) => throttle.took(data.length));
    socket.on('pong', (data) => throttle.took(data.length));
    socket.on('message', (data, isBinary) => {
      // One Buffer per message, since binaryType is nodebuffer.
      if (!Buffer.isBuffer(data)) return;
      if (!isBinary) {
        throttle.tookText(data.length);
        const text = data.toString('utf8');
        this.#deliver((listener) => listener.text(text));
        return;
      }
      throttle.took(data.length);
      if (this.#listener) this.#listener.binary(data);
      else this.#early.push((listener) => listener.binary(data));
    });
    socket.on('error', (error) => {
      this.#error = error;
      this.#refused = refusedFrame(codeOf(error), socket);
      // ws has sent a close frame with the reason; do not wait for a peer that violates the framing.
      socket.terminate();
    });
    socket.on('close', (code, reason) => {
      throttle.stop();
      const end = this.#end(code, reason.toString('utf8'));
      this.#deliver((listener) => listener.closed(end));
    });
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  listen(listener: TransportListener): void {
    this.#listener = listener;
    const early = this.#early;
    this.#early = [];
    for (const delivery of early) delivery(listener);
  }

  sendText(text: string): void {
    this.#socket.send(text);
  }

  sendBinary(bytes: Uint8Array): void {
    this.#socket.send(bytes);
  }

  close(code?: number, reason?: string): void {
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  stopReading(): void {
    this.#throttle.stop();
    this.#socket.pause();
  }

  #deliver(delivery: Delivery): void {
    if (this.#listener) delivery(this.#listener);
    else this.#early.push(delivery);
  }

  #end(code: number, reason: string): TransportEnd {
    const error = this.#error;
    if (!error) return { code, reason };
    const framing = refusalCode(codeOf(error)) ?? code;
    const refused = this.#refused === undefined ? {} : { refused: this.#refused };
    return { code: framing, reason: reason || error.message, error, ...refused };
  }
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
