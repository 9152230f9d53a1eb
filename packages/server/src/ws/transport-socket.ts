import { type Clock, messageOf, type Transport, type TransportListener } from '@hookline/runtime';
import { WebSocket } from 'ws';
import { guardReceiver, ReceiverFailure } from './guarded-receiver.js';
import { ReadScheduler } from './read-scheduler.js';

/** A constant, so that sending a frame allocates nothing. */
const BINARY = { binary: true, compress: false };

/** What a transport needs when its call begins. */
export interface TransportHost {
  readonly clock: Clock;
  readonly log: { connectionFailed(error: unknown, message: string): void };
  readonly limits: {
    /** How much may be buffered for a peer that does not read; more ends the connection. */
    readonly maxBufferedBytes: number;
  };
}

/**
 * A WebSocket that is the transport of a session. It handles its events itself: registered listeners would take 250
 * bytes more per connection, and a separate transport a cache miss per frame. Frames are neither copied nor wrapped.
 */
export class TransportSocket extends WebSocket implements Omit<Transport, 'close'> {
  #host: TransportHost | undefined;
  /** Undefined before `begin`. */
  #reads: ReadScheduler | undefined;
  #listener: TransportListener | undefined;
  #error: Error | undefined;

  get isSocket(): boolean {
    return true;
  }

  /** Begins to pass events to the listener. */
  begin(host: TransportHost): void {
    this.#host = host;
    this.#reads = new ReadScheduler(host.clock, this);
    guardReceiver(this);
  }

  listen(listener: TransportListener): void {
    this.#listener = listener;
  }

  sendText(text: string): void {
    if (this.readyState === WebSocket.OPEN) this.send(text);
  }

  sendBinary(bytes: Uint8Array): void {
    if (this.readyState === WebSocket.OPEN) this.send(bytes, BINARY);
  }

  override terminate(): void {
    this.#reads?.close();
    super.terminate();
  }

  /** ws passes at most two arguments. */
  override emit(event: string | symbol, first?: unknown, second?: unknown): boolean {
    const reads = this.#reads;
    if (!reads) return super.emit(event, first, second);
    // With its default binaryType ws delivers Buffers only.
    if (event === 'message' && Buffer.isBuffer(first)) this.#take(reads, first, second === true);
    else if (event === 'ping' && Buffer.isBuffer(first)) reads.take(() => this.#answer(first));
    // Unsolicited, but it counts as work of this connection.
    else if (event === 'pong') reads.take(() => {});
    // An error is always followed by `close`.
    else if (event === 'error' && first instanceof ReceiverFailure) this.#report(first);
    else if (event === 'error' && first instanceof Error) this.#error = first;
    else if (event === 'close' && typeof first === 'number') this.#closed(reads, first, String(second));
    else return super.emit(event, first, second);
    return true;
  }

  #take(reads: ReadScheduler, data: Buffer, isBinary: boolean): void {
    const beganMs = reads.begin();
    if (beganMs === undefined) {
      this.#takeLater(reads, data, isBinary);
      return;
    }
    this.#hand(data, isBinary, beganMs);
    reads.end(beganMs);
  }

  /** A separate method, so that `#take` allocates no closure for messages that are handled at once. */
  #takeLater(reads: ReadScheduler, data: Buffer, isBinary: boolean): void {
    const { length } = data;
    reads.wait(() => {
      if (data.length === length) {
        this.#hand(data, isBinary);
        return;
      }
      this.#report(new ReceiverFailure(new TypeError('the memory of a received message was transferred')));
      this.terminate();
    });
  }

  /** An error here is a mistake in Hookline. It ends this call, and not the process with all the others. */
  #hand(data: Buffer, isBinary: boolean, nowMs?: number): void {
    try {
      if (isBinary) this.#listener?.binary(data, nowMs);
      else this.#listener?.text(data.toString());
    } catch (error) {
      this.#host?.log.connectionFailed(error, `the handling of a message failed: ${messageOf(error)}`);
      this.terminate();
    }
  }

  #report(failure: ReceiverFailure): void {
    this.#host?.log.connectionFailed(failure, failure.message);
  }

  /** Answers a WebSocket ping. */
  #answer(data: Buffer): void {
    if (this.readyState === WebSocket.OPEN) this.pong(data);
    if (this.#host && this.bufferedAmount > this.#host.limits.maxBufferedBytes) this.terminate();
  }

  #closed(reads: ReadScheduler, code: number, reason: string): void {
    const end = { code, reason, ...(this.#error ? { error: this.#error } : {}) };
    reads.last(() => this.#listener?.closed(end));
  }
}
