import type { Cancel, Clock, Ticker } from '@hookline/runtime';
import type { ServerSend } from './machine.js';
import type { HeldKind, SendLimits } from './send-limits.js';

/** Where held messages go. */
export interface OutboxTarget {
  readonly sendLimits: SendLimits;
  /** The seq of the last message sent. */
  readonly sentSeq: number;
  /** False when the session takes no message any more. */
  send(message: ServerSend): boolean;
}

interface Held {
  readonly message: ServerSend;
  readonly onSent: ((seq: number) => void) | undefined;
}

/** Messages that wait until the platform's limits let them pass, in order; `seq` is taken as they leave. */
export class Outbox {
  readonly #target: OutboxTarget;
  readonly #clock: Clock;
  readonly #ticker: Ticker;
  readonly #onMoved: () => void;
  readonly #onDrained: (() => void)[] = [];
  #held: Held[] = [];
  #queued = 0;
  #sent = 0;
  #closed = false;
  #cancel: Cancel = () => {};

  /** @param onMoved - called after messages left */
  constructor(target: OutboxTarget, clock: Clock, ticker: Ticker, onMoved: () => void) {
    this.#target = target;
    this.#clock = clock;
    this.#ticker = ticker;
    this.#onMoved = onMoved;
  }

  /** How many messages were ever put in: what is to follow them waits until `sent` has got there. */
  get queued(): number {
    return this.#queued;
  }

  /** How many have left. */
  get sent(): number {
    return this.#sent;
  }

  /** Sends a message as soon as the limits allow. `onSent` gets its seq. */
  push(message: ServerSend, onSent?: (seq: number) => void): void {
    if (this.#closed) return;
    this.#held.push({ message, onSent });
    this.#queued += 1;
    this.#pump();
  }

  /** Whether a message of this type waits. */
  holds(type: ServerSend['type']): boolean {
    return this.#held.some(({ message }) => message.type === type);
  }

  /** Looks again, after the limits have changed. */
  again(): void {
    if (!this.#closed) this.#pump();
  }

  /** Resolves when nothing waits any more: sent, or dropped. */
  drained(): Promise<void> {
    if (this.#held.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onDrained.push(resolve));
  }

  /** Drops what waits, and what still comes: nothing is sent after the end. */
  close(): void {
    this.#closed = true;
    this.#cancel();
    this.#held = [];
    this.#tellDrained();
  }

  #pump(): void {
    this.#cancel();
    let moved = false;
    for (let next = this.#held[0]; next; next = this.#held[0]) {
      const nowMs = this.#clock.now();
      const waitMs = this.#target.sendLimits.msUntil(kindOf(next.message.type), nowMs);
      if (waitMs > 0) {
        this.#cancel = this.#ticker.at(nowMs + waitMs, () => this.#pump());
        break;
      }
      this.#held.shift();
      this.#sent += 1;
      moved = true;
      if (this.#target.send(next.message)) next.onSent?.(this.#target.sentSeq);
    }
    if (this.#held.length === 0) this.#tellDrained();
    if (moved) this.#onMoved();
  }

  #tellDrained(): void {
    for (const resolve of this.#onDrained.splice(0)) resolve();
  }
}

function kindOf(type: ServerSend['type']): HeldKind {
  return type === 'pause' || type === 'resume' ? type : 'event';
}
