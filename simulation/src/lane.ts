import type { TransportEnd } from '@hookline/runtime';
import type { Machine } from './machine.js';
import type { Direction, NetworkConditions } from './network-conditions.js';
import type { Random } from './random.js';

/** What a lane transmits. */
export type Packet =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary'; readonly bytes: Uint8Array }
  /** The client starts the closing handshake. */
  | { readonly kind: 'close'; readonly code: number; readonly reason: string }
  /** The connection has ended for the receiver. */
  | { readonly kind: 'end'; readonly end: TransportEnd };

/** Options of a lane. */
export interface LaneOptions {
  readonly direction: Direction;
  /** The receiving machine. */
  readonly machine: Machine;
  readonly network: NetworkConditions;
  readonly random: Random;
  readonly deliver: (packet: Packet) => void;
  /** Called when the byte is sent at which the connection breaks. */
  readonly cut: () => void;
}

/** One direction of a connection: delays, drops, duplicates and corrupts packets, and keeps their order. */
export class Lane {
  readonly #options: LaneOptions;
  readonly #inFlight: Packet[] = [];
  #lastArrivalMs = 0;
  #messages = 0;
  #remainingBytes = Number.POSITIVE_INFINITY;
  #silent = false;
  #held = false;

  constructor(options: LaneOptions) {
    this.#options = options;
    const { cutAtByte } = options.network;
    if (cutAtByte?.direction === options.direction) this.#remainingBytes = cutAtByte.byte;
  }

  /** Whether deliveries have stopped. */
  get silent(): boolean {
    return this.#silent;
  }

  /** Holds packets until `release`. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    for (const packet of this.#inFlight.splice(0)) this.#transmit(packet);
  }

  send(packet: Packet): void {
    if (packet.kind !== 'text' && packet.kind !== 'binary') {
      this.#transmit(packet);
      return;
    }
    const index = this.#messages++;
    this.#remainingBytes -= packet.kind === 'text' ? packet.text.length : packet.bytes.length;
    if (this.#remainingBytes < 0) {
      this.#remainingBytes = Number.POSITIVE_INFINITY;
      this.#options.cut();
      return;
    }
    for (const received of this.#applyTampering(packet, index)) this.#transmit(received);
  }

  /** Transmits a packet that neither side sent. */
  inject(packet: Packet): void {
    this.#transmit(packet);
  }

  /** Stops all deliveries, including those of packets already sent. */
  goSilent(): void {
    this.#silent = true;
    this.#inFlight.length = 0;
  }

  #transmit(packet: Packet): void {
    if (this.#silent) return;
    this.#inFlight.push(packet);
    if (this.#held) return;
    const { machine, network, direction, random } = this.#options;
    const { latencyMs, jitterMs } = network[direction];
    const openDelayMs = direction === 'up' && this.#lastArrivalMs === 0 ? network.openDelayMs : 0;
    const delayMs = latencyMs + openDelayMs + (jitterMs > 0 ? random.next() * jitterMs : 0);
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, machine.now() + delayMs);
    machine.arriveAt(this.#lastArrivalMs, () => {
      const first = this.#inFlight.shift();
      if (first) this.#options.deliver(first);
    });
  }

  #applyTampering(packet: Packet, index: number): readonly Packet[] {
    const { network, direction, random } = this.#options;
    const found = network.tampering.find((one) => one.direction === direction && one.index === index);
    switch (found?.how) {
      case undefined:
        return [packet];
      case 'drop':
        return [];
      case 'duplicate':
        return [packet, packet];
      case 'corrupt':
        return [corrupt(packet, random)];
    }
  }
}

/** Replaces a character of a text, or removes the first byte of audio. */
function corrupt(packet: Packet, random: Random): Packet {
  if (packet.kind === 'binary') return { kind: 'binary', bytes: packet.bytes.subarray(1) };
  if (packet.kind !== 'text') return packet;
  const at = random.integer(0, Math.max(0, packet.text.length - 1));
  const replacement = random.pick(['"', '9', 'x', '{', '-']);
  return { kind: 'text', text: packet.text.slice(0, at) + replacement + packet.text.slice(at + 1) };
}
