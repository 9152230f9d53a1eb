import { type Clause, type ClauseId, clauses } from '@hookline/protocol';
import { SCENARIOS } from '../scenarios/scenarios.js';
import type { TriggerName } from './profile.js';

/** One check: a clause that binds the server, and how it is tested. */
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

/** What a clause needs in order to be tested, and the triggers that make the bot do it. */
interface Stimulus {
  readonly description: string;
  readonly triggers?: readonly TriggerName[];
}

const AUDIO: Stimulus = { description: 'audio of the bot', triggers: ['speak'] };
const PAUSING: Stimulus = { description: '`pause` or `resume` of the bot' };
const BARGE_IN: Stimulus = {
  description: 'a bot that stops when it is interrupted',
  triggers: ['longPrompt', 'bargeIn'],
};
const DISCONNECT: Stimulus = { description: '`disconnect` of the bot', triggers: ['complete'] };
const OUTPUTS: Stimulus = { description: 'a call that completes with outputs', triggers: ['complete'] };
const DISCARD_TO: Stimulus = { description: '`discardTo` in `opened`' };

/** Clauses that need an action of the bot or an option. The scenarios alone test all others. */
const STIMULI: Partial<Record<ClauseId, Stimulus>> = {
  'AC-CONN-4': { description: 'a URL with wss:' },
  'AC-AUTH-6': { description: 'a bot that refuses with `disconnect` instead of HTTP 401' },
  'AC-AUDIO-1': AUDIO,
  'AC-AUDIO-2': AUDIO,
  'AC-AUDIO-3': AUDIO,
  'AC-AUDIO-4': AUDIO,
  'AC-AUDIO-5': AUDIO,
  'AC-RATE-2': AUDIO,
  'AC-RATE-3': PAUSING,
  'AC-RATE-4': { description: 'a prompt of several seconds', triggers: ['longPrompt'] },
  'AC-PLAY-4': {
    description: 'a prompt that is followed by the end of the call',
    triggers: ['speak', 'complete'],
  },
  'AC-PLAY-5': AUDIO,
  'AC-PLAY-6': AUDIO,
  'AC-BARGE-1': BARGE_IN,
  'AC-BARGE-3': BARGE_IN,
  'AC-EVENT-1': { description: '`event` of the bot', triggers: ['speak'] },
  'AC-EVENT-3': { description: '`bot_turn_response` of the bot', triggers: ['speak'] },
  'AC-EVENT-4': { description: '`bot_turn_response` with `confidence`', triggers: ['speak'] },
  'AC-PAUSE-3': PAUSING,
  'AC-DISC-1': DISCONNECT,
  'AC-DISC-2': DISCONNECT,
  'AC-OUT-1': OUTPUTS,
  'AC-OUT-2': OUTPUTS,
  'AC-OUT-5': OUTPUTS,
  'AC-DUR-1': DISCARD_TO,
  'AC-DUR-2': DISCARD_TO,
  'AC-PROBE-4': {
    description: 'a base connection URI in addition to the Connector ID: --base-uri and --connector-id',
  },
};

function describeStimulus({ description, triggers = [] }: Stimulus): string {
  if (triggers.length === 0) return description;
  const named = triggers.map((name) => `\`${name}\``).join(' and ');
  return `${description}: trigger${triggers.length > 1 ? 's' : ''} ${named}`;
}

/** Why a clause that binds the server is not checked. */
export const NOT_CHECKED: Partial<Record<ClauseId, string>> = {
  'AC-CONN-8': 'how the server measures liveness cannot be observed',
  'AC-CONN-9': 'state that the server keeps for a reconnection cannot be observed',
  'AC-CONN-11': 'the check does not call from an address of the platform',
  'AC-MEDIA-6': 'byte order cannot be determined from samples alone',
  'AC-MEDIA-7': 'how the server reads channels cannot be observed',
  'AC-PAUSE-5': "the server's timeline cannot be observed",
  'AC-PAUSE-7': 'the bot sends `pause` and `resume`, and the client answers',
  'AC-OUT-7': 'the names that a flow expects are not known',
  'AC-PROBE-5': 'what the server starts and records cannot be observed',
  'AC-RATE-6': 'optional for the server',
  'AC-TIME-2': 'optional for the server',
  'AC-TIME-3': 'optional for the server',
  'AC-TIME-5': 'optional for the server',
  'AC-TIME-6': 'would need a call of 15 min',
};

/** All checks, in the order of the clauses. */
export const CHECKS: readonly Check[] = clauses.flatMap((clause) => {
  const scenarios = SCENARIOS.filter(({ covers }) => covers.includes(clause.id)).map(({ name }) => name);
  if (scenarios.length === 0) return [];
  const needed = STIMULI[clause.id];
  const stimulus = needed ? describeStimulus(needed) : `the scenario ${scenarios.join(' or ')}`;
  return [{ id: clause.id, clause, scenarios, stimulus, triggers: needed?.triggers ?? [] }];
});

/** Whether the scenarios alone test a clause, with every bot that keeps the other rules. */
export function needsOnlyScenarios(id: ClauseId): boolean {
  return STIMULI[id] === undefined;
}

/** Returns the area of a clause: `OPEN` for `AC-OPEN-3`. */
export function areaOf(id: ClauseId): string {
  return id.split('-')[1] ?? '';
}
