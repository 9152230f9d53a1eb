import { area } from './clause.js';
import { sources } from './sources.js';

/** Changes while the call is on. */
export const updateClauses = area([
  {
    id: 'AC-UPDATE-1',
    level: 'SHOULD',
    sentence: 'The server takes `update` with and without `language`.',
    basis: 'assumed',
    source: `${sources.choice}: Genesys's servers differ here`,
    bound: 'server',
    effect: 'A change that does not touch the language ends the call.',
    fix: 'Treat `language` as optional.',
  },
  {
    id: 'AC-UPDATE-2',
    level: 'MUST',
    sentence: 'The client does not wait for `updated`.',
    basis: 'verified',
    source: `${sources.referenceServer}: no answer is sent`,
    bound: 'client',
    effect: 'Servers that answer nothing hang the call.',
    fix: 'Send `update` and go on.',
  },
]);
