import type { Clock } from './clock.js';
import type { RuntimeErrorCode } from './runtime-error.js';
import type { Transport, TransportEnd, TransportListener } from './transport.js';
import { checkOptionNames } from './unknown-option.js';

/** Options of `linkedTransports`. */
export interface LinkOptions {
  /** One-way delay in milliseconds; default 0 (still delivered by a timer, never within the send). */
  readonly latencyMs?: number;
}

type Delivery = (listener: TransportListener) => void;

/**
 * Creates the two ends of an in-memory connection, which delivers in order after `latencyMs` of `clock`. It ends like a
 * WebSocket: `close` is answered, `terminate` is a loss (1006) for the peer.
 */
export function linkedTransports(clock: Clock, options: LinkOptions = {}): [Transport, Transport] {
  checkOptionNames<LinkOptions>(
    'RUNTIME_BAD_OPTION' satisfies RuntimeErrorCode,
    'linkedTransports: ',
    options,
    { latencyMs: true },
  );
  const latencyMs = options.latencyMs ?? 0;
  const a = new LinkedTransport(clock, latencyMs);
  const b = new LinkedTransport(clock, latencyMs);
  a.peer = b;
  b.peer = a;
  return [a, b];
}

class LinkedTransport implements Transport {
  peer: LinkedTransport | undefined;
  readonly bufferedAmount = 0;
  #listener: TransportListener | undefined;
  readonly #early: Delivery[] = [];
  #sending = true;
  #receiving = true;

  constructor(
    private readonly clock: Clock,
    private readonly latencyMs: number,
  ) {}

  listen(listener: TransportListener): void {
    this.#listener = listener;
    for (const delivery of this.#early.splice(0)) delivery(listener);
  }

  sendText(text: string): void {
    this.#send((listener) => listener.text(text));
  }

  sendBinary(bytes: Uint8Array): void {
    this.#send((listener) => listener.binary(bytes));
  }

  close(code = 1005, reason = ''): void {
    if (!this.#sending) return;
    this.#sending = false;
    const end = { code, reason };
    this.#deliver(() => {
      this.peer?.end(end);
      // The answering close frame.
      this.clock.after(this.latencyMs, () => this.end(end));
    });
  }

  terminate(): void {
    if (!this.#sending && !this.#receiving) return;
    this.#sending = false;
    const end = { code: 1006, reason: '' };
    this.clock.after(0, () => this.end(end));
    this.#deliver(() => this.peer?.end(end));
  }

  end(end: TransportEnd): void {
    this.#sending = false;
    if (!this.#receiving) return;
    this.#receiving = false;
    this.#hand((listener) => listener.closed(end));
  }

  #send(delivery: Delivery): void {
    if (!this.#sending) return;
    this.#deliver(() => this.peer?.receive(delivery));
  }

  receive(delivery: Delivery): void {
    if (this.#receiving) this.#hand(delivery);
  }

  #hand(delivery: Delivery): void {
    if (this.#listener) delivery(this.#listener);
    else this.#early.push(delivery);
  }

  #deliver(callback: () => void): void {
    this.clock.after(this.latencyMs, callback);
  }
}
