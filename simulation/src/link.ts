import type { Transport, TransportEnd, TransportListener } from '@hookline/runtime';
import { Lane, type Packet } from './lane.js';
import type { Direction, FaultEvent, NetworkConditions } from './network-conditions.js';
import type { Random } from './random.js';
import type { World } from './world.js';

/** Receives what each side sends and what reaches it, in order. */
export interface LinkObserver {
  sent(direction: Direction, packet: Packet): void;
  arrived(direction: Direction, packet: Packet): void;
  /** A fault of the connection or of a machine. */
  fault(fault: FaultEvent | { readonly what: string }): void;
}

const ABNORMAL_END: TransportEnd = { code: 1006, reason: '' };
/** Unread bytes that count for each byte sent to a peer that reads nothing, so that a short call reaches the limits. */
const UNREAD_FACTOR = 40;

/** The client's transport: forwards to the server's transport under the network conditions of the call. */
export class Link implements Transport {
  readonly #world: World;
  readonly #random: Random;
  readonly #observer: LinkObserver;
  /** The client's end of the in-memory connection to the server. */
  readonly #serverTransport: Transport;
  readonly #lanes: Readonly<Record<Direction, Lane>>;
  #listener: TransportListener | undefined;
  #sending = true;
  #ended = false;
  /** How the connection ended, if it ended before `listen`. */
  #earlyEnd: TransportEnd | undefined;
  #unreadBytes = 0;

  constructor(
    inner: Transport,
    world: World,
    network: NetworkConditions,
    random: Random,
    observer: LinkObserver,
  ) {
    this.#serverTransport = inner;
    this.#world = world;
    this.#random = random;
    this.#observer = observer;
    const lane = (direction: Direction, machine: World['client'], deliver: (packet: Packet) => void) =>
      new Lane({
        direction,
        machine,
        network,
        random: random.fork(),
        deliver: (packet) => {
          observer.arrived(direction, packet);
          deliver(packet);
        },
        cut: () => this.apply({ what: 'cut', noticedBy: 'both' }),
      });
    this.#lanes = {
      up: lane('up', world.server, (packet) => this.#deliverToServer(packet)),
      down: lane('down', world.client, (packet) => this.#deliverToClient(packet)),
    };
    this.#lanes.down.hold();
    inner.listen({
      text: (text) => this.#send('down', { kind: 'text', text }),
      binary: (bytes) => this.#send('down', { kind: 'binary', bytes }),
      closed: (end) => this.#send('down', { kind: 'end', end }),
    });
  }

  get bufferedAmount(): number {
    return this.#unreadBytes;
  }

  listen(listener: TransportListener): void {
    this.#listener = listener;
    if (this.#earlyEnd) listener.closed(this.#earlyEnd);
    else this.#lanes.down.release();
  }

  sendText(text: string): void {
    if (this.#sending) this.#send('up', { kind: 'text', text });
  }

  sendBinary(bytes: Uint8Array): void {
    if (this.#sending) this.#send('up', { kind: 'binary', bytes });
  }

  close(code = 1005, reason = ''): void {
    if (!this.#sending) return;
    this.#sending = false;
    this.#send('up', { kind: 'close', code, reason });
  }

  terminate(): void {
    if (this.#ended) return;
    if (this.#sending || this.#lanes.up.silent) this.#send('up', { kind: 'end', end: ABNORMAL_END });
    this.#sending = false;
    this.#world.client.arriveAt(this.#world.nowMs, () => this.#end(ABNORMAL_END));
  }

  /** Applies a fault. */
  apply(fault: FaultEvent): void {
    this.#observer.fault(fault);
    switch (fault.what) {
      case 'cut':
        this.#cut(fault.noticedBy);
        return;
      case 'silence':
        for (const direction of fault.directions) this.#lanes[direction].goSilent();
        return;
      case 'malformed':
        for (const frame of fault.frames) {
          this.#lanes[fault.direction].inject(
            'text' in frame ? { kind: 'text', text: frame.text } : { kind: 'binary', bytes: frame.bytes },
          );
        }
        return;
      case 'stall':
        this.#world[fault.machine].stall(fault.ms);
        return;
      case 'wall-step':
        this.#world[fault.machine].stepWall(fault.ms);
    }
  }

  #send(direction: Direction, packet: Packet): void {
    this.#observer.sent(direction, packet);
    const lane = this.#lanes[direction];
    if (direction === 'up' && lane.silent) this.#unreadBytes += byteLengthOf(packet) * UNREAD_FACTOR;
    lane.send(packet);
  }

  #cut(noticedBy: 'both' | 'client' | 'server'): void {
    for (const lane of Object.values(this.#lanes)) lane.goSilent();
    const { nowMs, client, server } = this.#world;
    if (noticedBy !== 'server') {
      client.arriveAt(nowMs + this.#random.integer(0, 50), () => this.#end(ABNORMAL_END));
    }
    if (noticedBy !== 'client') {
      server.arriveAt(nowMs + this.#random.integer(0, 50), () => this.#serverTransport.terminate());
    }
  }

  #deliverToServer(packet: Packet): void {
    switch (packet.kind) {
      case 'text':
        this.#serverTransport.sendText(packet.text);
        return;
      case 'binary':
        this.#serverTransport.sendBinary(packet.bytes);
        return;
      case 'close':
        this.#serverTransport.close(packet.code, packet.reason);
        return;
      case 'end':
        this.#serverTransport.terminate();
    }
  }

  #deliverToClient(packet: Packet): void {
    if (this.#ended) return;
    switch (packet.kind) {
      case 'text':
        this.#listener?.text(packet.text);
        return;
      case 'binary':
        this.#listener?.binary(packet.bytes);
        return;
      case 'end':
        this.#end(packet.end);
        return;
      case 'close':
        // Only the client starts the closing handshake.
        return;
    }
  }

  #end(end: TransportEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#sending = false;
    if (this.#listener) this.#listener.closed(end);
    else this.#earlyEnd = end;
  }
}

function byteLengthOf(packet: Packet): number {
  if (packet.kind === 'text') return packet.text.length;
  return packet.kind === 'binary' ? packet.bytes.length : 0;
}
