import { type Clock, checkArgument } from '@hookline/runtime';
import type { Call } from '../action/call.js';
import { fields, number } from '../argument-check.js';
import type { CallerSource } from '../media/caller-source.js';
import { watchBotSilence } from './bot-silence.js';

/** Options of `sayInTurn`. */
export interface SayInTurnOptions {
  /** How long the bot must have been silent before the caller speaks, in milliseconds; default 700. */
  readonly turnGapMs?: number;
}

/**
 * Says one source after another without talking over the bot: the first once the bot is silent, each next once the
 * bot has replied and is silent again. Resolves when all is said, or the call has ended.
 *
 * @param clock - the one that the call was given
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` as a rejection, for an unknown option or a time that is none
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
  const { turnGapMs = 700 } = options;
  const bot = watchBotSilence(call, clock);
  let turn = bot.quietFor(turnGapMs);
  for (const source of sources) {
    if (!(await turn)) return;
    const said = call.say(source);
    turn = bot.repliedAndQuietFor(turnGapMs);
    await said;
  }
}
