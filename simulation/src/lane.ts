import type { TransportEnd } from '@hookline/runtime';
import type { Machine } from './machine.js';
import type { Direction, NetworkConditions } from './network-conditions.js';
import type { Random } from './random.js';

/** What travels. */
export type Load =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary'; readonly bytes: Uint8Array }
  /** The client begins the closing handshake. */
  | { readonly kind: 'close'; readonly code: number; readonly reason: string }
  /** The connection is over as the receiver sees it. */
  | { readonly kind: 'end'; readonly end: TransportEnd };

/** What a lane is made of. */
export interface LaneOptions {
  readonly direction: Direction;
  /** Where it leads. */
  readonly machine: Machine;
  readonly network: NetworkConditions;
  readonly random: Random;
  readonly deliver: (load: Load) => void;
  /** The byte has come at which the connection breaks. */
  readonly cut: () => void;
}

/** One direction of a connection: delays, loses, doubles and spoils what travels, and never changes its order. */
export class Lane {
  readonly #options: LaneOptions;
  readonly #travelling: Load[] = [];
  #lastArrivalMs = 0;
  #messages = 0;
  #leftBytes = Number.POSITIVE_INFINITY;
  #silent = false;
  #held = false;

  constructor(options: LaneOptions) {
    this.#options = options;
    const { cutAtByte } = options.network;
    if (cutAtByte?.direction === options.direction) this.#leftBytes = cutAtByte.byte;
  }

  /** Whether nothing arrives any more. */
  get silent(): boolean {
    return this.#silent;
  }

  /** What arrives waits for `release`. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    for (const load of this.#travelling.splice(0)) this.#travel(load);
  }

  send(load: Load): void {
    if (load.kind !== 'text' && load.kind !== 'binary') {
      this.#travel(load);
      return;
    }
    const index = this.#messages++;
    this.#leftBytes -= load.kind === 'text' ? load.text.length : load.bytes.length;
    if (this.#leftBytes < 0) {
      this.#leftBytes = Number.POSITIVE_INFINITY;
      this.#options.cut();
      return;
    }
    for (const changed of this.#tamper(load, index)) this.#travel(changed);
  }

  /** Something that nobody sent. */
  inject(load: Load): void {
    this.#travel(load);
  }

  /** Nothing arrives any more, what is on its way included. */
  fallSilent(): void {
    this.#silent = true;
    this.#travelling.length = 0;
  }

  #travel(load: Load): void {
    if (this.#silent) return;
    this.#travelling.push(load);
    if (this.#held) return;
    const { machine, network, direction, random } = this.#options;
    const { latencyMs, jitterMs } = network[direction];
    const heldMs = direction === 'up' && this.#lastArrivalMs === 0 ? network.openHeldMs : 0;
    const travelMs = latencyMs + heldMs + (jitterMs > 0 ? random.next() * jitterMs : 0);
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, machine.now() + travelMs);
    machine.arriveAt(this.#lastArrivalMs, () => {
      const first = this.#travelling.shift();
      if (first) this.#options.deliver(first);
    });
  }

  #tamper(load: Load, index: number): readonly Load[] {
    const { network, direction, random } = this.#options;
    const found = network.tampering.find((one) => one.direction === direction && one.index === index);
    switch (found?.how) {
      case undefined:
        return [load];
      case 'drop':
        return [];
      case 'duplicate':
        return [load, load];
      case 'corrupt':
        return [spoil(load, random)];
    }
  }
}

/** Another character, or a byte less. */
function spoil(load: Load, random: Random): Load {
  if (load.kind === 'binary') return { kind: 'binary', bytes: load.bytes.subarray(1) };
  if (load.kind !== 'text') return load;
  const at = random.integer(0, Math.max(0, load.text.length - 1));
  const put = random.pick(['"', '9', 'x', '{', '-']);
  return { kind: 'text', text: load.text.slice(0, at) + put + load.text.slice(at + 1) };
}
