import type { Transport, TransportEnd, TransportListener } from '@hookline/runtime';
import { Lane, type Load } from './lane.js';
import type { Direction, FaultEvent, NetworkConditions } from './network-conditions.js';
import type { Random } from './random.js';
import type { World } from './world.js';

/** Learns what each side puts on the wire and what reaches it, in order. */
export interface LinkObserver {
  sent(direction: Direction, load: Load): void;
  arrived(direction: Direction, load: Load): void;
  /** A fault happens to the connection or to a machine. */
  fault(fault: FaultEvent | { readonly what: string }): void;
}

const LOST: TransportEnd = { code: 1006, reason: '' };
/** A peer that reads nothing lets this pile up for each byte that is sent: enough to come to the limits in a short call. */
const PILE_FACTOR = 40;

/** The connection between client and server under its network conditions: the client's transport, and what leads to the server's. */
export class Link implements Transport {
  readonly #world: World;
  readonly #random: Random;
  readonly #observer: LinkObserver;
  /** The client's end of the connection that the server gave. */
  readonly #inner: Transport;
  readonly #lanes: Readonly<Record<Direction, Lane>>;
  #listener: TransportListener | undefined;
  #sending = true;
  #ended = false;
  /** How it ended before anybody listened. */
  #earlyEnd: TransportEnd | undefined;
  #unreadBytes = 0;

  constructor(
    inner: Transport,
    world: World,
    network: NetworkConditions,
    random: Random,
    observer: LinkObserver,
  ) {
    this.#inner = inner;
    this.#world = world;
    this.#random = random;
    this.#observer = observer;
    const lane = (direction: Direction, machine: World['client'], deliver: (load: Load) => void) =>
      new Lane({
        direction,
        machine,
        network,
        random: random.fork(),
        deliver: (load) => {
          observer.arrived(direction, load);
          deliver(load);
        },
        cut: () => this.apply({ what: 'cut', noticedBy: 'both' }),
      });
    this.#lanes = {
      up: lane('up', world.server, (load) => this.#reachServer(load)),
      down: lane('down', world.client, (load) => this.#reachClient(load)),
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
    if (this.#sending || this.#lanes.up.silent) this.#send('up', { kind: 'end', end: LOST });
    this.#sending = false;
    this.#world.client.arriveAt(this.#world.nowMs, () => this.#end(LOST));
  }

  /** Lets a fault happen. */
  apply(fault: FaultEvent): void {
    this.#observer.fault(fault);
    switch (fault.what) {
      case 'cut':
        this.#cut(fault.noticedBy);
        return;
      case 'silence':
        for (const direction of fault.directions) this.#lanes[direction].fallSilent();
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

  #send(direction: Direction, load: Load): void {
    this.#observer.sent(direction, load);
    const lane = this.#lanes[direction];
    if (direction === 'up' && lane.silent) this.#unreadBytes += sizeOf(load) * PILE_FACTOR;
    lane.send(load);
  }

  #cut(noticedBy: 'both' | 'client' | 'server'): void {
    for (const lane of Object.values(this.#lanes)) lane.fallSilent();
    const { nowMs, client, server } = this.#world;
    if (noticedBy !== 'server') {
      client.arriveAt(nowMs + this.#random.integer(0, 50), () => this.#end(LOST));
    }
    if (noticedBy !== 'client') {
      server.arriveAt(nowMs + this.#random.integer(0, 50), () => this.#inner.terminate());
    }
  }

  #reachServer(load: Load): void {
    switch (load.kind) {
      case 'text':
        this.#inner.sendText(load.text);
        return;
      case 'binary':
        this.#inner.sendBinary(load.bytes);
        return;
      case 'close':
        this.#inner.close(load.code, load.reason);
        return;
      case 'end':
        this.#inner.terminate();
    }
  }

  #reachClient(load: Load): void {
    if (this.#ended) return;
    switch (load.kind) {
      case 'text':
        this.#listener?.text(load.text);
        return;
      case 'binary':
        this.#listener?.binary(load.bytes);
        return;
      case 'end':
        this.#end(load.end);
        return;
      case 'close':
        // Only the client begins the closing handshake.
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

function sizeOf(load: Load): number {
  if (load.kind === 'text') return load.text.length;
  return load.kind === 'binary' ? load.bytes.length : 0;
}
