import {
  type Call,
  type CallAudioConnectorOptions,
  callAudioConnector,
  type Dial,
  defineIntegration,
  type Integration,
} from '@hookline/client';
import { describeValue, VirtualClock } from '@hookline/runtime';
import type { Bot } from '@hookline/server';
import {
  badOption,
  checkClock,
  checkOptionalNumber,
  checkOptionalObject,
  checkOptions,
  handlerOf,
  TIME,
} from './check.js';
import { inMemoryDial } from './in-memory.js';
import { createTestedBot, type TestedBotOptions, type TestedHandler } from './tested-bot.js';

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
  readonly bot?: TestedBotOptions;
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
 * @throws HooklineError `TESTING_BAD_OPTION` naming the argument or option
 * @param handler - creates the handler with the call's clock
 */
export function linkedCall(
  handler: (settings: { readonly clock: VirtualClock }) => TestedHandler,
  options: LinkedCallOptions = {},
): LinkedCall {
  checkOptions<LinkedCallOptions>('linkedCall', options, {
    clock: true,
    latencyMs: true,
    dial: true,
    bot: true,
    call: true,
  });
  checkClock('linkedCall: clock', options.clock);
  checkOptionalNumber('linkedCall: latencyMs', options.latencyMs, TIME);
  checkOptionalObject('linkedCall: bot', options.bot);
  checkOptionalObject('linkedCall: call', options.call);
  const { clock = new VirtualClock(), latencyMs = 0 } = options;
  const errors: unknown[] = [];
  const bot = createTestedBot(
    {
      auth: { [API_KEY]: CLIENT_SECRET },
      ...options.bot,
      onError(error, facts) {
        errors.push(error);
        options.bot?.onError?.(error, facts);
      },
      clock,
    },
    handlerOf('linkedCall: handler', handler, { clock }),
  );
  const integration = defineIntegration({
    baseConnectionUri: 'ws://localhost',
    apiKey: API_KEY,
    clientSecret: CLIENT_SECRET,
    dial: options.dial === undefined ? inMemoryDial(bot, { latencyMs }) : dialOf(options.dial, bot),
  });
  const call = callAudioConnector({ integration, ...options.call, clock });
  return { clock, bot, integration, call, errors };
}

/** @throws HooklineError `TESTING_BAD_OPTION` */
function dialOf(create: (bot: Bot) => Dial, bot: Bot): Dial {
  if (typeof create !== 'function')
    throw badOption(`linkedCall: dial is ${describeValue(create)}; expected a function of the bot.`);
  const dial = create(bot);
  if (typeof dial === 'function') return dial;
  throw badOption(
    `linkedCall: dial returned ${describeValue(dial)}; expected a function, such as inMemoryDial(bot).`,
  );
}
