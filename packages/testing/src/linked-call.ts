import {
  type Call,
  type CallAudioConnectorOptions,
  callAudioConnector,
  type Dial,
  defineIntegration,
  type Integration,
} from '@hookline/client';
import { checkArgument, checkOptionNames, VirtualClock } from '@hookline/runtime';
import { type Bot, type BotOptions, type CallHandler, createBot } from '@hookline/server';
import { inMemoryDial } from './in-memory.js';
import type { TestingErrorCode } from './testing-error.js';

const API_KEY = 'linked-call';
const CLIENT_SECRET = new TextEncoder().encode('for calls that never leave the process');

/** Options of `linkedCall`. */
export interface LinkedCallOptions {
  /** Default: a new one. */
  readonly clock?: VirtualClock;
  /** One-way delay of the connection in milliseconds; default 0. Ignored if `dial` is given. */
  readonly latencyMs?: number;
  /** How the bot is dialled; default `inMemoryDial`. */
  readonly dial?: (bot: Bot) => Dial;
  /** Options of the bot that differ from the defaults. */
  readonly bot?: Partial<BotOptions>;
  /** Options of the action that differ from the defaults. */
  readonly call?: Partial<CallAudioConnectorOptions>;
}

/** A call in memory on a virtual clock, which stops until it is advanced. */
export interface LinkedCall {
  readonly clock: VirtualClock;
  readonly bot: Bot;
  readonly integration: Integration;
  readonly call: Call;
  /** Errors of the bot's handler, listeners and detectors, in order; `call.result` shows only that the bot failed. */
  readonly errors: readonly unknown[];
}

/**
 * Calls a bot in memory, signed, on a virtual clock: `await clock.run(call.result)` plays the whole call in
 * milliseconds of real time, and the same way every time. Time stands still while the bot's `wav()` reads a file and
 * while resamplers and speech detectors load. It does not know what the handler itself waits for in real time: give that
 * to the clock, as in `await clock.hold(readFile('prices.json'))`.
 *
 * @throws HooklineError `TESTING_BAD_OPTION` for an option that does not exist
 * @param handler - creates the handler with the call's clock
 */
export function linkedCall(
  handler: (settings: { readonly clock: VirtualClock }) => CallHandler,
  options: LinkedCallOptions = {},
): LinkedCall {
  checkArgument('TESTING_BAD_OPTION', 'linkedCall: handler', handler, 'function');
  checkOptionNames<LinkedCallOptions>(
    'TESTING_BAD_OPTION' satisfies TestingErrorCode,
    'linkedCall: ',
    options,
    {
      clock: true,
      latencyMs: true,
      dial: true,
      bot: true,
      call: true,
    },
  );
  const { clock = new VirtualClock(), latencyMs = 0 } = options;
  const errors: unknown[] = [];
  const bot = createBot(
    {
      auth: { [API_KEY]: CLIENT_SECRET },
      ...options.bot,
      onError(error, facts) {
        errors.push(error);
        options.bot?.onError?.(error, facts);
      },
      clock,
    },
    handler({ clock }),
  );
  const integration = defineIntegration({
    baseConnectionUri: 'ws://localhost',
    apiKey: API_KEY,
    clientSecret: CLIENT_SECRET,
    dial: (options.dial ?? ((bot) => inMemoryDial(bot, { latencyMs })))(bot),
  });
  const call = callAudioConnector({ integration, ...options.call, clock });
  return { clock, bot, integration, call, errors };
}
