import type { Transport, TransportEnd, TransportListener } from '@hookline/runtime';
import { Lane, type Load } from './lane.js';
import type { Random } from './random.js';
import type { Blow, Way, Weather } from './weather.js';
import type { World } from './world.js';

/** Learns what each side puts on the wire and what reaches it, in order. */
export interface LinkObserver {
  sent(way: Way, load: Load): void;
  arrived(way: Way, load: Load): void;
  /** What the weather does. */
  struck(blow: Blow | { readonly what: string }): void;
}

const LOST: TransportEnd = { code: 1006, reason: '' };
/** A peer that reads nothing lets this pile up for each byte that is sent: enough to come to the limits in a short call. */
const PILE_FACTOR = 40;

/** The connection between client and server under its weather: the client's transport, and the way to the server's. */
export class Link implements Transport {
  readonly #world: World;
  readonly #random: Random;
  readonly #observer: LinkObserver;
  /** The client's end of the connection that the server gave. */
  readonly #inner: Transport;
  readonly #lanes: Readonly<Record<Way, Lane>>;
  #listener: TransportListener | undefined;
  #sending = true;
  #ended = false;
  /** How it ended before anybody listened. */
  #earlyEnd: TransportEnd | undefined;
  #unreadBytes = 0;

  constructor(inner: Transport, world: World, weather: Weather, random: Random, observer: LinkObserver) {
    this.#inner = inner;
    this.#world = world;
    this.#random = random;
    this.#observer = observer;
    const lane = (way: Way, machine: World['client'], deliver: (load: Load) => void) =>
      new Lane({
        way,
        machine,
        weather,
        random: random.fork(),
        deliver: (load) => {
          observer.arrived(way, load);
          deliver(load);
        },
        cut: () => this.strike({ what: 'cut', noticedBy: 'both' }),
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

  /** The weather strikes. */
  strike(blow: Blow): void {
    this.#observer.struck(blow);
    switch (blow.what) {
      case 'cut':
        this.#cut(blow.noticedBy);
        return;
      case 'silence':
        for (const way of blow.ways) this.#lanes[way].fallSilent();
        return;
      case 'rubbish':
        for (const piece of blow.pieces) {
          this.#lanes[blow.way].inject(
            'text' in piece ? { kind: 'text', text: piece.text } : { kind: 'binary', bytes: piece.bytes },
          );
        }
        return;
      case 'stall':
        this.#world[blow.machine].stall(blow.ms);
        return;
      case 'wall-step':
        this.#world[blow.machine].stepWall(blow.ms);
    }
  }

  #send(way: Way, load: Load): void {
    this.#observer.sent(way, load);
    const lane = this.#lanes[way];
    if (way === 'up' && lane.silent) this.#unreadBytes += sizeOf(load) * PILE_FACTOR;
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
