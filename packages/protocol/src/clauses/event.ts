import { area } from './clause.js';
import { sources } from './sources.js';

/** Event entities. */
export const eventClauses = area([
  {
    id: 'AC-EVENT-1',
    level: 'MUST',
    sentence: '`event.parameters.entities` is an array of objects with `type` and `data`.',
    basis: 'sample',
    source: `${sources.sample.client}: event parameters`,
    bound: 'server',
    effect: 'The Genesys test client sends error 500 and closes.',
    fix: 'Send an array even for a single entity.',
  },
  {
    id: 'AC-EVENT-2',
    level: 'MUST',
    sentence: 'The client ignores entity types it does not know.',
    basis: 'sample',
    source: `${sources.sample.client}: event handling`,
    bound: 'client',
    effect: 'Bots that send entities of their own lose the call.',
    fix: 'Read only the entities you know.',
  },
  {
    id: 'AC-EVENT-3',
    level: 'MUST',
    sentence: 'The `disposition` of `bot_turn_response` is `no_input`, `no_match` or `match`.',
    basis: 'sample',
    source: `${sources.sample.connector}: event entities`,
    bound: 'server',
    effect:
      'None today: the disposition does not change the path of the flow. Future reports may not show the turn.',
    fix: 'Map your own result to one of the three.',
    note: 'Genesys staff said in 2024 that turns are not stored or shown yet, but are planned for views of flow execution.',
  },
  {
    id: 'AC-EVENT-4',
    level: 'SHOULD',
    sentence: 'The `confidence` of `bot_turn_response` is a number from 0 to 1.',
    basis: 'assumed',
    source: `${sources.assumed.choice}: the sample server sends 1.0`,
    bound: 'server',
    effect: 'In a report, the confidence of the turn cannot be compared with that of other turns.',
    fix: 'Divide percentages by 100, or leave the field out.',
  },
  {
    id: 'AC-EVENT-5',
    level: 'MUST',
    sentence: 'The client accepts `event` in every state until `closed`.',
    basis: 'sample',
    source: `${sources.sample.client}: event handling`,
    bound: 'client',
    effect: 'An event that reports the last turn of the bot fails the call.',
    fix: 'Accept events while closing.',
  },
]);
