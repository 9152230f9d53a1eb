import type { CallHandler } from '@hookline/server';
import { echo } from './echo.js';
import { greeter } from './greeter.js';
import { ivr } from './ivr.js';
import { parrot } from './parrot.js';
import { quiet } from './quiet.js';
import type { BotSettings } from './settings.js';

/** A bot that can be selected by name. */
export interface BotPreset {
  readonly name: string;
  /** `bot`: follows the protocol, unlike the faulty bots of `@hookline/conformance`. */
  readonly kind: 'bot';
  /** A one-sentence description. */
  readonly about: string;
  /** Creates the call handler. */
  create(settings?: BotSettings): CallHandler;
}

/** The reference bots, in display order. */
export const BOT_PRESETS: readonly BotPreset[] = [
  {
    name: 'parrot',
    kind: 'bot',
    about: 'Repeats each utterance of the caller; completes when the caller stops speaking.',
    create: parrot,
  },
  {
    name: 'echo',
    kind: 'bot',
    about: 'Sends every frame of the caller back at once; # completes.',
    create: echo,
  },
  {
    name: 'greeter',
    kind: 'bot',
    about: 'Greets, stops when the caller speaks, repeats one utterance and completes.',
    create: greeter,
  },
  {
    name: 'ivr',
    kind: 'bot',
    about: 'Asks for a code by keys, at most three times, then offers an agent; input code, default 1234.',
    create: ivr,
  },
  {
    name: 'quiet',
    kind: 'bot',
    about: 'Opens the call and says nothing; the caller hangs up.',
    create: quiet,
  },
];

/** Returns the reference bot with a name; undefined if there is none. */
export function botPreset(name: string): BotPreset | undefined {
  return BOT_PRESETS.find((preset) => preset.name === name);
}
