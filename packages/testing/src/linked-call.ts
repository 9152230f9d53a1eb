import {
  type Call,
  type CallAudioConnectorOptions,
  callAudioConnector,
  type Dial,
  defineIntegration,
  type Integration,
} from '@hookline/client';
import { VirtualClock } from '@hookline/runtime';
import { type Bot, type BotOptions, type CallHandler, createBot } from '@hookline/server';
import { inMemoryDial } from './in-memory.js';

const API_KEY = 'linked-call';
const CLIENT_SECRET = new TextEncoder().encode('for calls that never leave the process');

async function loadDetector(): Promise<void> {
  // As the server imports it, so that it is the same copy of the module.
  const { createVad } = await import('@hookline/vad');
  (await createVad()).close();
}

/** Options of `linkedCall`. */
export interface LinkedCallOptions {
  /** Default: a new one. */
  readonly clock?: VirtualClock;
  /** One-way delay of the connection in milliseconds; default 0. Of no effect with `dial`. */
  readonly latencyMs?: number;
  /** How the bot is dialled; default `inMemoryDial`. */
  readonly dial?: (bot: Bot) => Dial;
  /** What differs from the defaults on the bot's side. */
  readonly bot?: Partial<BotOptions>;
  /** What differs from the defaults of the action. */
  readonly call?: Partial<CallAudioConnectorOptions>;
}

/** A call in memory on a clock that stands still until it is told to go on. */
export interface LinkedCall {
  readonly clock: VirtualClock;
  readonly bot: Bot;
  readonly integration: Integration;
  readonly call: Call;
}

/**
 * Calls a bot in memory, signed, on a virtual clock: `await clock.run(call.result)` plays the whole call in
 * milliseconds of real time. Time does not wait for files: give `wav()` the bytes, or `clock.hold` what reads them.
 *
 * @param handler - made with the clock, so that the bot keeps the same time
 */
export function linkedCall(
  handler: (settings: { readonly clock: VirtualClock }) => CallHandler,
  options: LinkedCallOptions = {},
): LinkedCall {
  const { clock = new VirtualClock(), latencyMs = 0 } = options;
  const bot = createBot({ auth: { [API_KEY]: CLIENT_SECRET }, ...options.bot, clock }, handler({ clock }));
  const integration = defineIntegration({
    baseConnectionUri: 'ws://localhost',
    apiKey: API_KEY,
    clientSecret: CLIENT_SECRET,
    dial: (options.dial ?? ((bot) => inMemoryDial(bot, { latencyMs })))(bot),
  });
  // What the server's speech detection loads takes real time, in which the whole call would pass.
  void clock.hold(loadDetector().catch(() => {}));
  const call = callAudioConnector({ integration, ...options.call, clock });
  return { clock, bot, integration, call };
}
