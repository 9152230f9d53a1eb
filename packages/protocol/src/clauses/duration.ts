import { area } from './clause.js';
import { sources } from './sources.js';

/** The format of durations. */
export const durationClauses = area([
  {
    id: 'AC-DUR-1',
    level: 'MUST',
    sentence:
      'A duration is written `PT<seconds>S`, where the seconds are a decimal number that is not negative; the duration is less than 2^53 ns.',
    basis: 'sample',
    source: `${sources.sample.client}: duration validator`,
    bound: 'both',
    effect: 'The Genesys test client sends error 500 and closes.',
    fix: 'Write seconds only: `PT90.0S`, never `PT1M30S`.',
  },
  {
    id: 'AC-DUR-2',
    level: 'MUST',
    sentence: 'The seconds of a duration are written without an exponent.',
    basis: 'sample',
    source: `${sources.sample.client}: duration validator`,
    bound: 'both',
    effect: 'Very small values such as `PT1e-7S` make the message malformed.',
    fix: 'Format the seconds in fixed-point notation, with at most nine decimal places.',
  },
  {
    id: 'AC-DUR-3',
    level: 'SHOULD',
    sentence: 'The client writes the seconds of a duration with at least one decimal place.',
    basis: 'platform',
    source: `${sources.platform.trace}: \`PT0.0S\``,
    bound: 'client',
    effect: 'A bot that looks for the text `PT0S` works with Hookline and fails in production.',
    fix: 'Write `PT0.0S` and `PT1.0S`; in a server, compare durations as numbers, not as text.',
  },
]);
