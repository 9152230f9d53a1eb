import { type Dial, DialError, type Dialled, type DialRequest } from '@hookline/client';
import type { Bot } from '@hookline/server';
import { inMemoryDial } from '@hookline/testing';
import { Link, type LinkObserver } from './link.js';
import type { NetworkConditions } from './network-conditions.js';
import type { Random } from './random.js';
import type { World } from './world.js';

/** What a handshake takes place in. */
export interface HandshakeOptions {
  readonly bot: Bot;
  readonly world: World;
  readonly network: NetworkConditions;
  readonly random: Random;
  readonly observer: LinkObserver;
  /** Something came to pass that must not. */
  readonly object: (what: string) => void;
}

/** For so long somebody tries the request of a call again: longer than any signature is valid. */
const REPLAYS_MS = 40_000;

/** The handshake of a call under its network conditions. */
export class Handshake {
  readonly #options: HandshakeOptions;
  #underWay = 0;

  constructor(options: HandshakeOptions) {
    this.#options = options;
  }

  /** Whether the server may still be at it, be the client gone or not. */
  get underWay(): boolean {
    return this.#underWay > 0;
  }

  readonly dial: Dial = async (request) => {
    const { handshake } = this.#options.network;
    this.#options.observer.fault({ what: `handshake ${handshake.outcome}` });
    if (handshake.outcome === 'silent') return new Promise<never>(() => {});
    this.#underWay += 1;
    try {
      return await this.#shake(request, handshake.outcome, handshake.ms / 2);
    } finally {
      this.#underWay -= 1;
    }
  };

  async #shake(
    request: DialRequest,
    outcome: 'made' | 'refused' | 'broken',
    halfMs: number,
  ): Promise<Dialled> {
    const { bot, world, network, random, observer } = this.#options;
    await world.server.sleep(halfMs);
    if (outcome === 'refused') throw new DialError('DIAL_REFUSED', 'nobody listens there');
    if (outcome === 'broken') throw new Error('the connection broke during the handshake');
    // The server does not know whether anybody still waits for its answer.
    const dialled = await inMemoryDial(bot)({ ...request, signal: new AbortController().signal });
    const link = new Link(dialled.transport, world, network, random, observer);
    for (const { atMs, fault } of network.faults) world.server.later(atMs, () => link.apply(fault));
    for (const { atMs, machine, ms } of network.wallSteps) {
      world.server.later(atMs, () => link.apply({ what: 'wall-step', machine, ms }));
    }
    for (let replays = random.pick([0, 0, 1, 3]); replays > 0; replays--) {
      world.server.later(random.integer(0, REPLAYS_MS), () => void this.#replay(request));
    }
    await world.client.sleep(halfMs);
    return { ...dialled, transport: link };
  }

  /** Somebody who has seen the request sends it again: a signature is good once, whatever the clocks do. (AC-SIG-9) */
  async #replay({ url, headers }: DialRequest): Promise<void> {
    const { host, pathname, search } = new URL(url);
    const { bot, object } = this.#options;
    this.#underWay += 1;
    const answer = await bot.inject({ url: pathname + search, headers: { Host: host, ...headers } });
    this.#underWay -= 1;
    if (!answer.accepted) return;
    answer.transport.terminate();
    object('a request was taken a second time');
  }
}
