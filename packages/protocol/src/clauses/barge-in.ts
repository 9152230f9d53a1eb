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
    effect:
      'The Genesys sample code recognises no other spelling; the prompt continues while the caller speaks.',
    fix: 'Send `{"type":"barge_in","data":{}}` inside `entities`.',
  },
  {
    id: 'AC-BARGE-2',
    level: 'MUST',
    sentence: 'On `barge_in` the client stops playing and discards the bot audio it holds.',
    basis: 'third-party',
    source: sources['third-party'].live,
    bound: 'client',
    effect: 'The bot goes on talking over the caller.',
    fix: 'Flush the buffer at once.',
  },
  {
    id: 'AC-BARGE-3',
    level: 'SHOULD',
    sentence: 'The server drops its own queued audio before it sends `barge_in`.',
    basis: 'assumed',
    source: sources.assumed.choice,
    bound: 'server',
    effect: 'Audio of the interrupted turn is sent after the event, and the caller hears it.',
    fix: 'Clear the queue first; then send the event.',
  },
  {
    id: 'AC-BARGE-4',
    level: 'SHOULD',
    sentence: 'If `barge_in` stops a playback, the client sends `playback_completed`.',
    basis: 'assumed',
    source: sources.assumed.choice,
    bound: 'client',
    effect: 'The bot does not learn that the playback has stopped.',
    fix: 'Send `playback_completed` if audio was playing when the buffer was flushed.',
  },
  {
    id: 'AC-BARGE-5',
    level: 'MUST',
    sentence: 'Audio received after `barge_in` is a new playback and is played in full.',
    basis: 'assumed',
    source: `${sources.assumed.choice}: a single socket preserves the order`,
    bound: 'client',
    effect: 'The reply to the caller is cut off.',
    fix: 'Flush only what arrived before the event.',
  },
]);
