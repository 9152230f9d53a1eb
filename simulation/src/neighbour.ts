import type { Clock } from '@hookline/runtime';
import type { Bot, Call, PlaybackResult } from '@hookline/server';
import { ScriptedClient } from '@hookline/server/testing';
import type { Machine } from './machine.js';
import { markedAudio, UNMARKED } from './marked-audio.js';

/** The Connector ID and the API key of the call beside the one that is simulated. */
export const NEIGHBOUR = 'neighbour';

/** What the bot plays to it. */
export const NEIGHBOUR_AUDIO_MS = 1500;

/** How often it looks whether it is to go on. */
const LOOK_MS = 50;
/** It gives up after this. */
const TIMEOUT_MS = 30_000;

/**
 * Another call of the same bot, in order from end to end: what the simulated call does, and what befalls it, must not
 * reach it.
 */
export class Neighbour {
  /** How long the longest silence was in the midst of the playback, as the caller hears it, in milliseconds. */
  gapMs = 0;
  heardMs = 0;
  result: PlaybackResult | undefined;
  /** Why the bot ended it. */
  reason: unknown;
  over = false;
  readonly #machine: Machine;
  readonly #clock: Clock;

  constructor(machine: Machine) {
    this.#machine = machine;
    // What it waits for is no timer of the code under test.
    this.#clock = {
      now: () => machine.now(),
      wall: () => machine.wall(),
      after: (ms, callback) => machine.later(ms, callback),
    };
  }

  /** Calls the bot, and goes through the whole of the call. */
  async call(bot: Bot, secret: Uint8Array): Promise<void> {
    const dial = { clock: this.#clock, url: `/${NEIGHBOUR}`, apiKey: NEIGHBOUR, secret };
    const client = await ScriptedClient.dial(bot, dial);
    client.open();
    client.stream();
    const untilMs = this.#machine.now() + TIMEOUT_MS;
    let closing = false;
    while (this.#machine.now() < untilMs && !client.end) {
      await this.#machine.sleep(LOOK_MS);
      const disconnect = client.last('disconnect');
      if (disconnect && !closing) {
        closing = true;
        this.reason = disconnect.parameters.reason;
        client.send('close', { reason: 'disconnect' });
      }
      if (client.types.includes('closed')) client.transport.close();
    }
    this.over = client.end !== undefined;
    this.#listen(client);
  }

  /** What the bot does on it. */
  readonly handler = async (call: Call): Promise<void> => {
    this.result = await call.play(markedAudio(UNMARKED, NEIGHBOUR_AUDIO_MS, 'PCMU', 'le'));
  };

  #listen({ frames }: ScriptedClient): void {
    let dryAtMs: number | undefined;
    for (const { atMs, bytes } of frames) {
      const ms = bytes.length / 8;
      if (dryAtMs !== undefined) this.gapMs = Math.max(this.gapMs, atMs - dryAtMs);
      dryAtMs = Math.max(dryAtMs ?? atMs, atMs) + ms;
      this.heardMs += ms;
    }
  }
}
