import { area } from './clause.js';
import { sources } from './sources.js';

/** DTMF keys. */
export const dtmfClauses = area([
  {
    id: 'AC-DTMF-1',
    level: 'MUST',
    sentence: 'Each `dtmf` message carries one key in `digit`.',
    basis: 'sample',
    source: `${sources.sample.connector}: dtmf message`,
    bound: 'client',
    effect: 'Code that collects digits counts the keys wrongly.',
    fix: 'Send one message per key.',
  },
  {
    id: 'AC-DTMF-2',
    level: 'SHOULD',
    sentence: '`digit` is one of 0 to 9, `*`, `#` and A to D.',
    basis: 'assumed',
    source: sources.assumed.choice,
    bound: 'both',
    effect: 'An unknown key is not collected.',
    fix: 'Ignore keys outside the set; do not end the call.',
  },
  {
    id: 'AC-DTMF-3',
    level: 'SHOULD',
    sentence:
      'The server accepts `dtmf` at any time between `opened` and `close`, even while audio is playing or paused.',
    basis: 'assumed',
    source: sources.assumed.choice,
    bound: 'server',
    effect: 'Keys pressed during a prompt are lost.',
    fix: 'Handle keys independently of audio.',
  },
]);
