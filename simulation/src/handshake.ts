import { type Dial, DialError, type Dialled, type DialRequest } from '@hookline/client';
import type { Bot } from '@hookline/server';
import { inMemoryDial } from '@hookline/testing';
import { Link, type LinkObserver } from './link.js';
import type { NetworkConditions } from './network-conditions.js';
import type { Random } from './random.js';
import type { World } from './world.js';

/** Options of a handshake. */
export interface HandshakeOptions {
  readonly bot: Bot;
  readonly world: World;
  readonly network: NetworkConditions;
  readonly random: Random;
  readonly observer: LinkObserver;
  /** Reports something that must not happen. */
  readonly reportUnexpected: (what: string) => void;
}

/** A request may be replayed within this time, which is longer than a signature is valid. */
const MAX_REPLAY_DELAY_MS = 40_000;

/** The handshake of a call under its network conditions. */
export class Handshake {
  readonly #options: HandshakeOptions;
  #pending = 0;

  constructor(options: HandshakeOptions) {
    this.#options = options;
  }

  /** Whether the server may still process a request, even if the client has given up. */
  get pending(): boolean {
    return this.#pending > 0;
  }

  readonly dial: Dial = async (request) => {
    const { handshake } = this.#options.network;
    this.#options.observer.fault({ what: `handshake ${handshake.outcome}` });
    if (handshake.outcome === 'silent') return new Promise<never>(() => {});
    this.#pending += 1;
    try {
      return await this.#connect(request, handshake.outcome, handshake.ms / 2);
    } finally {
      this.#pending -= 1;
    }
  };

  async #connect(
    request: DialRequest,
    outcome: 'made' | 'refused' | 'broken',
    halfMs: number,
  ): Promise<Dialled> {
    const { bot, world, network, random, observer } = this.#options;
    await world.server.sleep(halfMs);
    if (outcome === 'refused') throw new DialError('DIAL_REFUSED', 'nobody listens there');
    if (outcome === 'broken') throw new Error('the connection broke during the handshake');
    // The server cannot know whether the client still waits for its response.
    const dialled = await inMemoryDial(bot)({ ...request, signal: new AbortController().signal });
    const link = new Link(dialled.transport, world, network, random, observer);
    for (const { atMs, fault } of network.faults) world.server.scheduleScript(atMs, () => link.apply(fault));
    for (const { atMs, machine, ms } of network.wallSteps) {
      world.server.scheduleScript(atMs, () => link.apply({ what: 'wall-step', machine, ms }));
    }
    for (let replays = random.pick([0, 0, 1, 3]); replays > 0; replays--) {
      world.server.scheduleScript(random.integer(0, MAX_REPLAY_DELAY_MS), () => void this.#replay(request));
    }
    await world.client.sleep(halfMs);
    return { ...dialled, transport: link };
  }

  /** Replays the request. A signature is accepted only once, also if clocks are set. (AC-SIG-9) */
  async #replay({ url, headers }: DialRequest): Promise<void> {
    const { host, pathname, search } = new URL(url);
    const { bot, reportUnexpected } = this.#options;
    this.#pending += 1;
    const answer = await bot.inject({ url: pathname + search, headers: { Host: host, ...headers } });
    this.#pending -= 1;
    if (!answer.accepted) return;
    answer.transport.terminate();
    reportUnexpected('a replayed request was accepted');
  }
}
