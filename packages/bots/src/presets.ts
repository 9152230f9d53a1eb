import type { CallHandler } from '@hookline/server';
import { echo } from './echo.js';
import { greeter } from './greeter.js';
import { ivr } from './ivr.js';
import { parrot } from './parrot.js';
import { quiet } from './quiet.js';
import type { BotSettings } from './settings.js';

/** A bot that is served by name. */
export interface BotPreset {
  readonly name: string;
  /** A bot that behaves, as opposed to the faulty ones of `@hookline/conformance`. */
  readonly kind: 'bot';
  /** What it does, one sentence. */
  readonly about: string;
  /** Makes its handler. */
  create(settings?: BotSettings): CallHandler;
}

/** The reference bots, in the order they are listed. */
export const BOT_PRESETS: readonly BotPreset[] = [
  {
    name: 'parrot',
    kind: 'bot',
    about: 'Says back whatever the caller says; completes when nobody speaks any more.',
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
    about: 'Greets, stops when the caller speaks, says one utterance back and completes.',
    create: greeter,
  },
  {
    name: 'ivr',
    kind: 'bot',
    about: 'Asks for a code by keys, three times at most, then offers an agent; input code, default 1234.',
    create: ivr,
  },
  {
    name: 'quiet',
    kind: 'bot',
    about: 'Opens the call and says nothing; the caller hangs up.',
    create: quiet,
  },
];

/** The reference bot of that name. */
export function botPreset(name: string): BotPreset | undefined {
  return BOT_PRESETS.find((preset) => preset.name === name);
}
