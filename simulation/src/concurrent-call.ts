import type { Clock } from '@hookline/runtime';
import type { Bot, Call, PlaybackResult } from '@hookline/server';
import { ScriptedClient } from '@hookline/server/testing';
import type { Machine } from './machine.js';
import { markedAudio, UNMARKED } from './marked-audio.js';

/** The Connector ID and the API key of the concurrent call. */
export const CONCURRENT_CALL_ID = 'concurrent';

/** The duration of what the bot plays on it, in milliseconds. */
export const CONCURRENT_CALL_AUDIO_MS = 1500;

/** How often the client checks its messages. */
const POLL_MS = 50;
/** The client gives up after this time. */
const TIMEOUT_MS = 30_000;

/** Another call of the same bot, without faults, which the simulated call must not affect. */
export class ConcurrentCall {
  /** The longest gap within the playback as the caller hears it, in milliseconds. */
  longestGapMs = 0;
  heardMs = 0;
  result: PlaybackResult | undefined;
  /** The reason in the bot's `disconnect`. */
  reason: unknown;
  ended = false;
  readonly #machine: Machine;
  readonly #clock: Clock;

  constructor(machine: Machine) {
    this.#machine = machine;
    // Its timers must not count as timers of the code under test.
    this.#clock = {
      now: () => machine.now(),
      wall: () => machine.wall(),
      after: (ms, callback) => machine.scheduleScript(ms, callback),
    };
  }

  /** Calls the bot and completes the call. */
  async call(bot: Bot, secret: Uint8Array): Promise<void> {
    const dial = { clock: this.#clock, url: `/${CONCURRENT_CALL_ID}`, apiKey: CONCURRENT_CALL_ID, secret };
    const client = await ScriptedClient.dial(bot, dial);
    client.open();
    client.stream();
    const untilMs = this.#machine.now() + TIMEOUT_MS;
    let closing = false;
    while (this.#machine.now() < untilMs && !client.end) {
      await this.#machine.sleep(POLL_MS);
      const disconnect = client.last('disconnect');
      if (disconnect && !closing) {
        closing = true;
        this.reason = disconnect.parameters.reason;
        client.send('close', { reason: 'disconnect' });
      }
      if (client.types.includes('closed')) client.transport.close();
    }
    this.ended = client.end !== undefined;
    this.#measurePlayback(client);
  }

  /** The handler of the bot for this call. */
  readonly handler = async (call: Call): Promise<void> => {
    this.result = await call.play(markedAudio(UNMARKED, CONCURRENT_CALL_AUDIO_MS, 'PCMU', 'le'));
  };

  #measurePlayback({ frames }: ScriptedClient): void {
    let playedUntilMs: number | undefined;
    for (const { atMs, bytes } of frames) {
      const ms = bytes.length / 8;
      if (playedUntilMs !== undefined) this.longestGapMs = Math.max(this.longestGapMs, atMs - playedUntilMs);
      playedUntilMs = Math.max(playedUntilMs ?? atMs, atMs) + ms;
      this.heardMs += ms;
    }
  }
}
