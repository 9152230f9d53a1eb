import { area } from './clause.js';
import { sources } from './sources.js';

/** Barge-in. */
export const bargeInClauses = area([
  {
    id: 'AC-BARGE-1',
    level: 'MUST',
    sentence: 'Barge-in is an `event` whose entity has the type `barge_in`, with an underscore.',
    basis: 'sample',
    source: `${sources.sample.connector}: event entities`,
    bound: 'server',
    effect: 'The Genesys sample code knows no other spelling; the prompt continues while the caller speaks.',
    fix: 'Send `{"type":"barge_in","data":{}}` inside `entities`.',
  },
  {
    id: 'AC-BARGE-2',
    level: 'MUST',
    sentence: 'On `barge_in` the client stops playing and discards the bot audio it holds.',
    basis: 'third-party',
    source: sources['third-party'].live,
    bound: 'client',
    effect: 'The caller is talked over.',
    fix: 'Flush the buffer at once.',
  },
  {
    id: 'AC-BARGE-3',
    level: 'SHOULD',
    sentence: 'The server drops its own queued audio before it sends `barge_in`.',
    basis: 'assumed',
    source: sources.assumed.choice,
    bound: 'server',
    effect: 'Audio of the old turn follows the event and is heard after it.',
    fix: 'Clear the queue first; then send the event.',
  },
  {
    id: 'AC-BARGE-4',
    level: 'SHOULD',
    sentence: 'A playback that `barge_in` stops ends with `playback_completed`.',
    basis: 'assumed',
    source: sources.assumed.choice,
    bound: 'client',
    effect: 'The bot cannot tell that the caller hears silence.',
    fix: 'Send `playback_completed` when the flush ended something.',
  },
  {
    id: 'AC-BARGE-5',
    level: 'MUST',
    sentence: 'Audio received after `barge_in` is a new playback and is played in full.',
    basis: 'assumed',
    source: `${sources.assumed.choice}: one socket keeps order`,
    bound: 'client',
    effect: 'The answer to the caller is cut.',
    fix: 'Flush only what arrived before the event.',
  },
]);
