import { type Clause, type ClauseId, clauses } from '@hookline/protocol';
import { SCENARIOS } from '../scenarios/scenarios.js';
import type { TriggerName } from './profile.js';

/** One check: a clause that a server must keep, and how it is tested. */
export interface Check {
  readonly id: ClauseId;
  readonly clause: Clause<ClauseId>;
  /** The names of the scenarios that test it. */
  readonly scenarios: readonly string[];
  /** What must happen for the clause to be tested. */
  readonly stimulus: string;
  /** The triggers that make the bot do this. Empty if none is needed. */
  readonly triggers: readonly TriggerName[];
}

/** What the bot must do for a clause to be tested, and the triggers that cause it. */
interface Need {
  readonly what: string;
  readonly triggers?: readonly TriggerName[];
}

const AUDIO: Need = { what: 'audio of the bot', triggers: ['speak'] };
const PAUSING: Need = { what: '`pause` or `resume` of the bot' };
const BARGE_IN: Need = {
  what: 'a bot that stops when it is interrupted',
  triggers: ['longPrompt', 'bargeIn'],
};
const DISCONNECT: Need = { what: '`disconnect` of the bot', triggers: ['complete'] };
const OUTPUTS: Need = { what: 'a call that completes with outputs', triggers: ['complete'] };
const DISCARD_TO: Need = { what: '`discardTo` in `opened`' };

/** Clauses that need an action of the bot. The scenarios cover all others. */
const NEEDS: Partial<Record<ClauseId, Need>> = {
  'AC-CONN-4': { what: 'a URL with wss:' },
  'AC-AUTH-6': { what: 'a bot that refuses with `disconnect` in place of HTTP 401' },
  'AC-AUDIO-1': AUDIO,
  'AC-AUDIO-2': AUDIO,
  'AC-AUDIO-3': AUDIO,
  'AC-AUDIO-4': AUDIO,
  'AC-AUDIO-5': AUDIO,
  'AC-RATE-2': AUDIO,
  'AC-RATE-3': PAUSING,
  'AC-RATE-4': { what: 'a prompt of some seconds', triggers: ['longPrompt'] },
  'AC-PLAY-4': {
    what: 'a prompt that is followed by the end of the call',
    triggers: ['speak', 'complete'],
  },
  'AC-PLAY-5': AUDIO,
  'AC-PLAY-6': AUDIO,
  'AC-BARGE-1': BARGE_IN,
  'AC-BARGE-3': BARGE_IN,
  'AC-EVENT-1': { what: '`event` of the bot', triggers: ['speak'] },
  'AC-EVENT-3': { what: '`bot_turn_response` of the bot', triggers: ['speak'] },
  'AC-EVENT-4': { what: '`bot_turn_response` with `confidence`', triggers: ['speak'] },
  'AC-PAUSE-3': PAUSING,
  'AC-DISC-1': DISCONNECT,
  'AC-DISC-2': DISCONNECT,
  'AC-OUT-1': OUTPUTS,
  'AC-OUT-2': OUTPUTS,
  'AC-OUT-5': OUTPUTS,
  'AC-DUR-1': DISCARD_TO,
  'AC-DUR-2': DISCARD_TO,
  'AC-PROBE-4': {
    what: 'a base connection URI beside the Connector ID: --base-uri and --connector-id',
  },
};

function describeStimulus({ what, triggers = [] }: Need): string {
  if (triggers.length === 0) return what;
  const named = triggers.map((name) => `\`${name}\``).join(' and ');
  return `${what}: trigger${triggers.length > 1 ? 's' : ''} ${named}`;
}

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
  const need = NEEDS[clause.id];
  const stimulus = need ? describeStimulus(need) : `the scenario ${scenarios.join(' or ')}`;
  return [{ id: clause.id, clause, scenarios, stimulus, triggers: need?.triggers ?? [] }];
});

/** The area of a clause: `OPEN` of `AC-OPEN-3`. */
export function areaOf(id: ClauseId): string {
  return id.split('-')[1] ?? '';
}
