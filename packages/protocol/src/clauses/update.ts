import { area } from './clause.js';
import { sources } from './sources.js';

/** Changes during a call. */
export const updateClauses = area([
  {
    id: 'AC-UPDATE-1',
    level: 'SHOULD',
    sentence: 'The server accepts `update` with and without `language`.',
    basis: 'assumed',
    source: `${sources.assumed.choice}: Genesys's sample servers differ here`,
    bound: 'server',
    effect: 'An update that does not change the language ends the call.',
    fix: 'Treat `language` as optional.',
  },
  {
    id: 'AC-UPDATE-2',
    level: 'MUST',
    sentence: 'The client does not wait for `updated`.',
    basis: 'sample',
    source: `${sources.sample.server}: no answer is sent`,
    bound: 'client',
    effect: 'The call hangs with servers that do not answer.',
    fix: 'Send `update` and continue.',
  },
]);
