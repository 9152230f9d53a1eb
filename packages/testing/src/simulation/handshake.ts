import { type Dial, DialError, type Dialled, type DialRequest } from '@hookline/client';
import type { Bot } from '@hookline/server';
import { inMemoryDial } from '../in-memory.js';
import { Link, type LinkObserver } from './link.js';
import type { Random } from './random.js';
import type { Weather } from './weather.js';
import type { World } from './world.js';

/** What a handshake takes place in. */
export interface HandshakeOptions {
  readonly bot: Bot;
  readonly world: World;
  readonly weather: Weather;
  readonly random: Random;
  readonly observer: LinkObserver;
}

/** The handshake of a call under its weather. */
export class Handshake {
  readonly #options: HandshakeOptions;
  #underWay = false;

  constructor(options: HandshakeOptions) {
    this.#options = options;
  }

  /** Whether the server may still be at it, be the client gone or not. */
  get underWay(): boolean {
    return this.#underWay;
  }

  readonly dial: Dial = async (request) => {
    const { handshake } = this.#options.weather;
    this.#options.observer.struck({ what: `handshake ${handshake.outcome}` });
    if (handshake.outcome === 'silent') return new Promise<never>(() => {});
    this.#underWay = true;
    try {
      return await this.#shake(request, handshake.outcome, handshake.ms / 2);
    } finally {
      this.#underWay = false;
    }
  };

  async #shake(
    request: DialRequest,
    outcome: 'made' | 'refused' | 'broken',
    halfMs: number,
  ): Promise<Dialled> {
    const { bot, world, weather, random, observer } = this.#options;
    await world.server.sleep(halfMs);
    if (outcome === 'refused') throw new DialError('refused', 'nobody listens there');
    if (outcome === 'broken') throw new Error('the connection broke during the handshake');
    // The server does not know whether anybody still waits for its answer.
    const dialled = await inMemoryDial(bot)({ ...request, signal: new AbortController().signal });
    const link = new Link(dialled.transport, world, weather, random, observer);
    for (const { atMs, blow } of weather.blows) world.server.later(atMs, () => link.strike(blow));
    await world.client.sleep(halfMs);
    return { ...dialled, transport: link };
  }
}
