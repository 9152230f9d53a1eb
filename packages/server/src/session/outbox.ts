import type { Cancel, Clock, Ticker } from '@hookline/runtime';
import type { OutgoingMessage } from './machine.js';
import type { SendKind, SendLimits } from './send-limits.js';

/** The session that sends the messages. */
export interface OutboxTarget {
  readonly sendLimits: SendLimits;
  /** The seq of the last message sent. */
  readonly sentSeq: number;
  /** Returns false if the session does not send any more messages. */
  send(message: OutgoingMessage): boolean;
}

/** Five seconds of messages: a call that waits for them seems to hang. */
const MANY_QUEUED = 25;

interface Queued {
  /** Counted from 1 in the order of `push` and `pushFirst`. */
  readonly position: number;
  /** Whether it is sent before those that were queued with `push`. */
  readonly first: boolean;
  readonly message: OutgoingMessage;
  readonly onSent: ((seq: number) => void) | undefined;
}

/** Queues messages until the platform's limits allow them. A message gets its `seq` when it is sent. */
export class Outbox {
  readonly #target: OutboxTarget;
  readonly #clock: Clock;
  readonly #ticker: Ticker;
  readonly #onSent: () => void;
  readonly #warn: (message: string) => void;
  /** Those who wait until everything up to a place was sent. */
  #waiting: readonly { readonly position: number; readonly resolve: () => void }[] = [];
  #queue: Queued[] = [];
  #position = 0;
  #closed = false;
  #hasWarned = false;
  #cancel: Cancel = () => {};

  /**
   * @param onSent - called after messages were sent
   * @param warn - called with a message when so much is queued that the call is delayed
   */
  constructor(
    target: OutboxTarget,
    clock: Clock,
    ticker: Ticker,
    onSent: () => void,
    warn: (message: string) => void,
  ) {
    this.#target = target;
    this.#clock = clock;
    this.#ticker = ticker;
    this.#onSent = onSent;
    this.#warn = warn;
  }

  /** The place of the message queued last; whatever must follow it waits until `hasSent` returns true. */
  get position(): number {
    return this.#position;
  }

  /** Whether every message up to this place was sent. */
  hasSent(position: number): boolean {
    return this.#queue.length === 0 || this.#queue.every((queued) => queued.position > position);
  }

  /** Sends a message as soon as the limits allow. `onSent` gets its seq. */
  push(message: OutgoingMessage, onSent?: (seq: number) => void): void {
    this.#add({ position: this.#position + 1, first: false, message, onSent }, this.#queue.length);
  }

  /**
   * Like `push`, but ahead of everything queued with `push`. Has no effect while the same message is
   * queued so: it would only delay what follows.
   */
  pushFirst(message: OutgoingMessage, onSent: (seq: number) => void): void {
    if (this.#queue.some((queued) => queued.first && queued.message === message)) return;
    const behind = this.#queue.findIndex(({ first }) => !first);
    this.#add(
      { position: this.#position + 1, first: true, message, onSent },
      behind < 0 ? this.#queue.length : behind,
    );
  }

  /** Whether a message of this type is queued. */
  holds(type: OutgoingMessage['type']): boolean {
    return this.#queue.some(({ message }) => message.type === type);
  }

  /** Recomputes when the next message may be sent, after the limits have changed. */
  reschedule(): void {
    if (!this.#closed) this.#pump();
  }

  /** Resolves when everything that is queued now was sent or dropped; what is queued later is not awaited. */
  drained(): Promise<void> {
    const position = this.#position;
    if (this.hasSent(position)) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting = [...this.#waiting, { position, resolve }];
    });
  }

  /** Drops everything queued, now and later, because nothing may be sent after the end. */
  close(): void {
    this.#closed = true;
    this.#cancel();
    this.#queue = [];
    this.#resolveWaiting();
  }

  #add(queued: Queued, index: number): void {
    if (this.#closed) return;
    this.#position = queued.position;
    this.#queue.splice(index, 0, queued);
    this.#pump();
    this.#warnIfLate();
  }

  #pump(): void {
    this.#cancel();
    let hasSent = false;
    for (let next = this.#queue[0]; next; next = this.#queue[0]) {
      const nowMs = this.#clock.now();
      const waitMs = this.#target.sendLimits.msUntil(kindOf(next.message.type), nowMs);
      if (waitMs > 0) {
        this.#cancel = this.#ticker.at(nowMs + waitMs, () => this.#pump());
        break;
      }
      this.#queue.shift();
      hasSent = true;
      if (this.#target.send(next.message)) next.onSent?.(this.#target.sentSeq);
    }
    if (this.#queue.length === 0) this.#hasWarned = false;
    if (hasSent) this.#resolveWaiting();
    if (hasSent) this.#onSent();
  }

  /** Warns once until everything was sent. */
  #warnIfLate(): void {
    if (this.#queue.length < MANY_QUEUED || this.#hasWarned) return;
    this.#hasWarned = true;
    this.#warn(
      `${MANY_QUEUED} messages of the bot wait until the limits of the protocol allow them; what follows, such as the end of the call, waits as well. Report fewer turns, or fewer pauses.`,
    );
  }

  #resolveWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = waiting.filter(({ position }) => !this.hasSent(position));
    for (const { position, resolve } of waiting) if (this.hasSent(position)) resolve();
  }
}

function kindOf(type: OutgoingMessage['type']): SendKind {
  return type === 'pause' || type === 'resume' ? type : 'event';
}
