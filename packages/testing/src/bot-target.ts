import { defineIntegration, type Integration } from '@hookline/client';
import { type Clock, checkArgument, describeValue, systemClock, VirtualClock } from '@hookline/runtime';
import type { Bot } from '@hookline/server';
import { startOnce } from './bot-command.js';
import { badOption, checkClock, checkOptionalObject, checkOptions, handlerOf, isBot } from './check.js';
import { inMemoryDial } from './in-memory.js';
import { createTestedBot, type TestedBotOptions, type TestedHandler } from './tested-bot.js';

/** A bot in this process, given by its handler. Time is virtual. */
export interface HandlerTarget {
  /** Creates the handler with the test's clock; `parrot` of `@hookline/bots` can be used directly. */
  readonly handler: (settings: { readonly clock: Clock }) => TestedHandler;
  /** Options of `createBot`. */
  readonly options?: TestedBotOptions;
}

/** A bot in this process, created by `createBot`. Time is real unless `clock` is given. */
export interface MadeBotTarget {
  /** The bot, a function that creates it, or a module whose default export it is: `() => import('../src/bot.js')`. */
  readonly bot: Bot | (() => Bot | Promise<Bot | { readonly default: Bot }>);
  /** The clock that the bot was created with. */
  readonly clock?: VirtualClock;
  readonly apiKey?: string;
  /** Default: calls are not signed. */
  readonly clientSecret?: string;
}

/** A bot in any language that listens on a URL. */
export interface UrlTarget {
  /** Its base connection URI. */
  readonly url: string;
  /**
   * The command that starts it, once for all tests of a file, before the first call. Nothing else may listen on the URL.
   */
  readonly command?: string;
  readonly apiKey?: string;
  readonly clientSecret?: string;
}

/** The bot of a test. */
export type BotTarget = HandlerTarget | MadeBotTarget | UrlTarget;

/** A bot that is ready for calls. */
export interface ReadyBot {
  readonly integration: Integration;
  readonly clock: Clock;
  /** The URL of the bot; available once it listens. */
  readonly url: string;
}

/** The argument, for errors. */
const TARGET = 'openTestCall: target';
const API_KEY = 'testing';
const IN_MEMORY = 'ws://localhost';

/**
 * Starts or prepares a bot for calls.
 *
 * @param virtual - whether time is virtual; default: if possible
 * @throws HooklineError `TESTING_BAD_OPTION` where time cannot be virtual, `TESTING_START` where a command does not come up
 */
export async function readyBot(target: BotTarget, virtual?: boolean): Promise<ReadyBot> {
  checkKind(target);
  if ('handler' in target) return handlerBot(target, virtual);
  if ('bot' in target) return readyCreatedBot(target, virtual);
  return startedBot(target, virtual);
}

/** The fields that tell what the bot of a test is. */
const KINDS = ['handler', 'bot', 'url'] as const;

/** Refuses a target that is no bot, or several. @throws HooklineError `TESTING_BAD_OPTION` */
function checkKind(target: object): void {
  const kinds = KINDS.filter((kind) => kind in target);
  if (kinds.length === 1) return;
  if (kinds.length === 0) {
    throw badOption(
      'The bot of the test is not given: expected { handler }, { bot } or { url }; in vitest with test.override({ bot: … }) in a describe.',
    );
  }
  throw badOption(
    `${TARGET} has ${kinds.join(' and ')}; expected only one of { handler }, { bot } and { url }.`,
  );
}

async function startedBot(target: UrlTarget, virtual: boolean | undefined): Promise<ReadyBot> {
  checkOptions<UrlTarget>(TARGET, target, { url: true, command: true, apiKey: true, clientSecret: true });
  const { url, command, apiKey = API_KEY, clientSecret } = target;
  checkArgument('TESTING_BAD_OPTION', `${TARGET}.url`, url, 'text');
  if (command !== undefined && (typeof command !== 'string' || command.trim() === ''))
    throw badOption(
      `${TARGET}.command is ${describeValue(command)}; expected a command, such as "python3 bot.py".`,
    );
  if (virtual) refuseVirtual('the bot is another process');
  const integration = defineIntegration({
    baseConnectionUri: url,
    apiKey,
    clientSecret: clientSecret ?? null,
  });
  const secrets = [target.apiKey ?? '', clientSecret ?? ''];
  if (command !== undefined) await startOnce({ command, url, secrets });
  return { integration, clock: systemClock, url };
}

function handlerBot(target: HandlerTarget, virtual = true): ReadyBot {
  checkOptions<HandlerTarget>(TARGET, target, { handler: true, options: true });
  const { handler, options } = target;
  checkOptionalObject(`${TARGET}.options`, options);
  const clock = virtual ? new VirtualClock() : systemClock;
  const bot = createTestedBot(
    { auth: { [API_KEY]: null }, ...options, clock },
    handlerOf(`${TARGET}.handler`, handler, { clock }),
  );
  return { integration: inMemory(bot, API_KEY, undefined), clock, url: IN_MEMORY };
}

async function readyCreatedBot(target: MadeBotTarget, virtual: boolean | undefined): Promise<ReadyBot> {
  checkOptions<MadeBotTarget>(TARGET, target, { bot: true, clock: true, apiKey: true, clientSecret: true });
  checkClock(`${TARGET}.clock`, target.clock);
  const { clock = systemClock, apiKey = API_KEY, clientSecret } = target;
  if (virtual && !target.clock)
    refuseVirtual('the bot was made with a clock that the test does not know; give it as { bot, clock }');
  const bot = await createdBot(target.bot);
  return { integration: inMemory(bot, apiKey, clientSecret), clock, url: IN_MEMORY };
}

/** @throws HooklineError `TESTING_BAD_OPTION` for what is no bot */
async function createdBot(given: MadeBotTarget['bot']): Promise<Bot> {
  const isFunction = typeof given === 'function';
  const made: unknown = isFunction ? await given() : given;
  const isModule = isFunction && typeof made === 'object' && made !== null && 'default' in made;
  const bot: unknown = isModule ? made.default : made;
  if (isBot(bot)) return bot;
  const verb = isModule ? 'returned a module whose default export is' : isFunction ? 'returned' : 'is';
  throw badOption(
    `${TARGET}.bot ${verb} ${describeValue(bot)}; expected a bot of createBot, or a function that returns one, such as () => import('../src/bot.js').`,
  );
}

function inMemory(bot: Bot, apiKey: string, clientSecret: string | undefined): Integration {
  return defineIntegration({
    baseConnectionUri: IN_MEMORY,
    apiKey,
    clientSecret: clientSecret ?? null,
    dial: inMemoryDial(bot),
  });
}

function refuseVirtual(why: string): never {
  throw badOption(
    `clock: 'virtual' needs a bot of this process on the same clock, and ${why}. Leave it out, or give { handler }.`,
  );
}
