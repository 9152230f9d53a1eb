import type { Cancel, Clock, Ticker } from '@hookline/runtime';
import type { ServerSend } from './machine.js';
import type { SendKind, SendLimits } from './send-limits.js';

/** The session that sends the messages. */
export interface OutboxTarget {
  readonly sendLimits: SendLimits;
  /** The seq of the last message sent. */
  readonly sentSeq: number;
  /** False when the session takes no message any more. */
  send(message: ServerSend): boolean;
}

interface Queued {
  /** Counted from 1 in the order they were put in. */
  readonly place: number;
  /** Whether it leaves before those that came earlier and are not. */
  readonly first: boolean;
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
  #queue: Queued[] = [];
  #place = 0;
  #closed = false;
  #cancel: Cancel = () => {};

  /** @param onMoved - called after messages left */
  constructor(target: OutboxTarget, clock: Clock, ticker: Ticker, onMoved: () => void) {
    this.#target = target;
    this.#clock = clock;
    this.#ticker = ticker;
    this.#onMoved = onMoved;
  }

  /** The place of the message that was put in last: what is to follow it waits until `hasSent`. */
  get place(): number {
    return this.#place;
  }

  /** Whether every message up to this place has left. */
  hasSent(place: number): boolean {
    return this.#queue.length === 0 || this.#queue.every((queued) => queued.place > place);
  }

  /** Sends a message as soon as the limits allow. */
  push(message: ServerSend): void {
    this.#add({ place: this.#place + 1, first: false, message, onSent: undefined }, this.#queue.length);
  }

  /** The same before all that waits, but for what was put in so before it. `onSent` gets its seq. */
  pushFirst(message: ServerSend, onSent: (seq: number) => void): void {
    const behind = this.#queue.findIndex(({ first }) => !first);
    this.#add(
      { place: this.#place + 1, first: true, message, onSent },
      behind < 0 ? this.#queue.length : behind,
    );
  }

  /** Whether a message of this type waits. */
  holds(type: ServerSend['type']): boolean {
    return this.#queue.some(({ message }) => message.type === type);
  }

  /** Looks again, after the limits have changed. */
  again(): void {
    if (!this.#closed) this.#pump();
  }

  /** Resolves when nothing waits any more: sent, or dropped. */
  drained(): Promise<void> {
    if (this.#queue.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onDrained.push(resolve));
  }

  /** Drops what waits, and what still comes: nothing is sent after the end. */
  close(): void {
    this.#closed = true;
    this.#cancel();
    this.#queue = [];
    this.#tellDrained();
  }

  #add(queued: Queued, index: number): void {
    if (this.#closed) return;
    this.#place = queued.place;
    this.#queue.splice(index, 0, queued);
    this.#pump();
  }

  #pump(): void {
    this.#cancel();
    let moved = false;
    for (let next = this.#queue[0]; next; next = this.#queue[0]) {
      const nowMs = this.#clock.now();
      const waitMs = this.#target.sendLimits.msUntil(kindOf(next.message.type), nowMs);
      if (waitMs > 0) {
        this.#cancel = this.#ticker.at(nowMs + waitMs, () => this.#pump());
        break;
      }
      this.#queue.shift();
      moved = true;
      if (this.#target.send(next.message)) next.onSent?.(this.#target.sentSeq);
    }
    if (this.#queue.length === 0) this.#tellDrained();
    if (moved) this.#onMoved();
  }

  #tellDrained(): void {
    for (const resolve of this.#onDrained.splice(0)) resolve();
  }
}

function kindOf(type: ServerSend['type']): SendKind {
  return type === 'pause' || type === 'resume' ? type : 'event';
}
