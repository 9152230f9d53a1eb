import { type Clause, type ClauseId, clauses } from '@hookline/protocol';
import { SCENARIOS } from '../scenarios/scenarios.js';

/** One check: a clause of the protocol that a server has to keep, and what shows whether it does. */
export interface Check {
  readonly id: ClauseId;
  readonly clause: Clause<ClauseId>;
  /** The scenarios that are there to show it, by name. */
  readonly scenarios: readonly string[];
  /** What has to happen for it to be seen. */
  readonly stimulus: string;
}

/** What the bot must do of itself for a clause to be seen; for the others the scenario does all that is needed. */
const STIMULI: Partial<Record<ClauseId, string>> = {
  'AC-CONN-4': 'a URL with wss:',
  'AC-AUTH-6': 'a bot that refuses with `disconnect` in place of HTTP 401',
  'AC-AUDIO-1': 'audio of the bot: trigger `speak`',
  'AC-AUDIO-2': 'audio of the bot: trigger `speak`',
  'AC-AUDIO-3': 'audio of the bot: trigger `speak`',
  'AC-AUDIO-4': 'audio of the bot: trigger `speak`',
  'AC-AUDIO-5': 'audio of the bot: trigger `speak`',
  'AC-RATE-2': 'audio of the bot: trigger `speak`',
  'AC-RATE-3': '`pause` or `resume` of the bot',
  'AC-RATE-4': 'a prompt of some seconds: trigger `longPrompt`',
  'AC-PLAY-4': 'a prompt that is followed by the end of the call: triggers `speak` and `complete`',
  'AC-PLAY-5': 'audio of the bot: trigger `speak`',
  'AC-PLAY-6': 'audio of the bot: trigger `speak`',
  'AC-BARGE-1': 'a bot that stops when it is interrupted: triggers `longPrompt` and `bargeIn`',
  'AC-BARGE-3': 'a bot that stops when it is interrupted: triggers `longPrompt` and `bargeIn`',
  'AC-EVENT-1': '`event` of the bot: trigger `speak`',
  'AC-EVENT-3': '`bot_turn_response` of the bot: trigger `speak`',
  'AC-EVENT-4': '`bot_turn_response` with `confidence`: trigger `speak`',
  'AC-PAUSE-3': '`pause` or `resume` of the bot',
  'AC-DISC-1': '`disconnect` of the bot: trigger `complete`',
  'AC-DISC-2': '`disconnect` of the bot: trigger `complete`',
  'AC-OUT-1': 'a call that completes with outputs: trigger `complete`',
  'AC-OUT-2': 'a call that completes with outputs: trigger `complete`',
  'AC-OUT-5': 'a call that completes with outputs: trigger `complete`',
  'AC-DUR-1': '`discardTo` in `opened`',
  'AC-DUR-2': '`discardTo` in `opened`',
  'AC-PROBE-4': 'a base connection URI beside the Connector ID: --base-uri and --connector-id',
};

/** Why a rule that binds the server is not checked. */
export const UNSEEN: Partial<Record<ClauseId, string>> = {
  'AC-CONN-8': 'what liveness rests on shows only when nothing else fails',
  'AC-CONN-9': 'state that is kept for a return cannot be seen',
  'AC-CONN-11': 'the check does not come from an address of the platform',
  'AC-MEDIA-6': 'byte order cannot be told from samples alone',
  'AC-MEDIA-7': 'how channels are read cannot be seen',
  'AC-PAUSE-5': "the server's timeline cannot be seen",
  'AC-PAUSE-7': 'the bot sends `pause` and `resume`; the client is what answers',
  'AC-OUT-7': 'the names that a flow expects are not known',
  'AC-PROBE-5': 'what the server starts and records cannot be seen',
  'AC-RATE-6': 'the server may, and need not',
  'AC-TIME-2': 'the server may, and need not',
  'AC-TIME-3': 'the server may, and need not',
  'AC-TIME-5': 'the server may, and need not',
  'AC-TIME-6': 'a call of 15 min takes too long',
};

/** All checks, in the order of the clauses. */
export const CHECKS: readonly Check[] = clauses.flatMap((clause) => {
  const scenarios = SCENARIOS.filter(({ shows }) => shows.includes(clause.id)).map(({ name }) => name);
  if (scenarios.length === 0) return [];
  const stimulus = STIMULI[clause.id] ?? `the scenario ${scenarios.join(' or ')}`;
  return [{ id: clause.id, clause, scenarios, stimulus }];
});

/** The area of a clause: `OPEN` of `AC-OPEN-3`. */
export function areaOf(id: ClauseId): string {
  return id.split('-')[1] ?? '';
}
