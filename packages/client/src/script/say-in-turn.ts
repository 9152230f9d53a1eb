import { type Clock, checkArgument } from '@hookline/runtime';
import type { Call } from '../action/call.js';
import { fields, number } from '../argument-check.js';
import type { CallerSource } from '../media/caller-source.js';
import { watchBotSilence } from './bot-silence.js';

/** How long a caller waits for silence of the bot before speaking, in milliseconds. */
export const DEFAULT_TURN_GAP_MS = 700;

/** Options of `sayInTurn`. */
export interface SayInTurnOptions {
  /** How long the bot must have been silent before the caller speaks, in milliseconds; default 700. */
  readonly turnGapMs?: number;
}

/**
 * Speaks sources one after another without talking over the bot: the first when the bot is silent, each further one
 * when the bot has replied and is silent again. Resolves when all were spoken, or the call has ended.
 *
 * @param clock - the clock of the call
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` as a rejection, for an unknown option or an invalid time
 */
export async function sayInTurn(
  call: Call,
  clock: Clock,
  sources: readonly CallerSource[],
  options: SayInTurnOptions = {},
): Promise<void> {
  checkArgument('CLIENT_BAD_ARGUMENT', 'sayInTurn: call', call, 'object');
  checkArgument('CLIENT_BAD_ARGUMENT', 'sayInTurn: clock', clock, 'object');
  checkArgument('CLIENT_BAD_ARGUMENT', 'sayInTurn: sources', sources, 'list');
  fields(options, '', { turnGapMs: number({ min: 0 }) });
  const { turnGapMs = DEFAULT_TURN_GAP_MS } = options;
  const bot = watchBotSilence(call, clock);
  let turn = bot.quietFor(turnGapMs);
  for (const source of sources) {
    if (!(await turn)) return;
    const said = call.say(source);
    turn = bot.repliedAndQuietFor(turnGapMs, said);
    await said;
  }
}
