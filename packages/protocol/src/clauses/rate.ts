import { area } from './clause.js';
import { sources } from './sources.js';

/** Rate limits. */
export const rateClauses = area([
  {
    id: 'AC-RATE-1',
    level: 'MUST',
    sentence: 'The server sends at most 5 text messages a second, with bursts of 25.',
    basis: 'platform',
    source: `${sources.platform.events}: AUDIOHOOK-0012`,
    bound: 'server',
    effect:
      'Genesys Cloud sends error 429, and closes the session if the breach continues; after how long is not known.',
    fix: 'Merge events; do not send partial results as events.',
  },
  {
    id: 'AC-RATE-2',
    level: 'MUST',
    sentence: 'The server sends at most 5 binary frames a second, with bursts of 25.',
    basis: 'platform',
    source: `${sources.platform.limits}: \`global.inbound.binary.average.rate.per.second\` 5, \`global.inbound.binary.max\` 25`,
    bound: 'server',
    effect:
      'Genesys Cloud sends error 429, and closes the session if the breach continues; after how long is not known.',
    fix: 'Send frames of 250 ms, not of 20 ms: four a second leave room for jitter.',
    note: 'In live calls, a brief excess had no consequence; 50 frames a second did.',
  },
  {
    id: 'AC-RATE-3',
    level: 'MUST',
    sentence: 'The server sends at most 2 `pause` and 2 `resume` messages a second, with bursts of 4.',
    basis: 'platform',
    source: `${sources.platform.events}: AUDIOHOOK-0012`,
    bound: 'server',
    effect:
      'Genesys Cloud sends error 429, and closes the session if the breach continues; after how long is not known.',
    fix: 'Pause for longer stretches; ignore short silences.',
  },
  {
    id: 'AC-RATE-4',
    level: 'SHOULD',
    sentence: 'After error 429, the server stays quiet for the duration in `retryAfter`.',
    basis: 'sample',
    source: `${sources.sample.client}: error parameters`,
    bound: 'server',
    effect: 'The server breaks the limit again, and the session may end.',
    fix: 'Hold back audio and events; continue to answer `ping` and `close`.',
  },
  {
    id: 'AC-RATE-5',
    level: 'SHOULD',
    sentence: 'The client sends one error 429 for consecutive breaches, not one for each message.',
    basis: 'assumed',
    source: sources.assumed.choice,
    bound: 'client',
    effect: 'The server receives an error for every message it sends.',
    fix: 'Send at most one error 429 per `retryAfter`.',
  },
  {
    id: 'AC-RATE-6',
    level: 'MAY',
    sentence: 'The server may end a session whose client sends more than 50 text messages a second.',
    basis: 'assumed',
    source: sources.assumed.choice,
    bound: 'server',
    effect: 'A flood slows every other call.',
    fix: 'Send `disconnect` with reason `error`, then end the socket.',
  },
]);
