import { randomBytes } from 'node:crypto';
import { BOT_PRESETS, botPreset } from '@hookline/bots';
import { type Clock, closestName } from '@hookline/runtime';
import { type Bot, createBot, type Listening } from '@hookline/server';
import { type Launch, makeTarget, type Target } from './call/target.js';
import { RequestError } from './error.js';

interface RunningBot {
  readonly bot: Bot;
  readonly listening: Listening;
}

/** The reference bots. Each is started on a loopback port at its first call, with generated credentials. */
export class BuiltinBots {
  readonly #clock: Clock;
  readonly #apiKey = randomBytes(18).toString('base64url');
  readonly #clientSecret = randomBytes(32).toString('base64');
  readonly #running = new Map<string, Promise<RunningBot>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Name and description of each bot. */
  get list(): readonly { readonly name: string; readonly about: string }[] {
    return BOT_PRESETS.map(({ name, about }) => ({ name, about }));
  }

  /** The target of a bot; the Connector ID to dial is its name. Starts the bot if needed. @throws RequestError for an unknown name */
  async target(name: string): Promise<Target> {
    const { listening } = await this.#start(name);
    const launch: Launch = {};
    return makeTarget({
      name: 'Built-in bot',
      baseUri: `ws://127.0.0.1:${listening.port}`,
      apiKey: this.#apiKey,
      clientSecret: this.#clientSecret,
      launch,
    });
  }

  async close(): Promise<void> {
    for (const served of this.#running.values()) await (await served).listening.close();
  }

  #start(name: string): Promise<RunningBot> {
    const preset = botPreset(name);
    if (!preset) {
      const names = BOT_PRESETS.map((one) => one.name);
      const meant = closestName(name, names);
      throw new RequestError(
        404,
        'not-found',
        `Unknown built-in bot ${JSON.stringify(name.slice(0, 60))}${meant === undefined ? '.' : `; did you mean ${meant}?`} Expected one of ${names.join(', ')}.`,
      );
    }
    const known = this.#running.get(preset.name);
    if (known) return known;
    const bot = createBot(
      { auth: { [this.#apiKey]: this.#clientSecret }, clock: this.#clock },
      preset.create({ clock: this.#clock }),
    );
    const served = bot.listen(0, { host: '127.0.0.1' }).then((listening) => ({ bot, listening }));
    this.#running.set(preset.name, served);
    return served;
  }
}
