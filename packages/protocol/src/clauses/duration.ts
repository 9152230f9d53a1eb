import { area } from './clause.js';
import { sources } from './sources.js';

/** How durations are written. */
export const durationClauses = area([
  {
    id: 'AC-DUR-1',
    level: 'MUST',
    sentence:
      'A duration is written `PT<seconds>S`, seconds being a decimal number that is not negative; all of it is less than 2^53 ns.',
    basis: 'verified',
    source: `${sources.referenceClient}: duration validator`,
    bound: 'both',
    effect: 'The message is rejected as malformed.',
    fix: 'Write seconds only: `PT90S`, never `PT1M30S`.',
  },
  {
    id: 'AC-DUR-2',
    level: 'MUST',
    sentence: 'The seconds of a duration are written without an exponent.',
    basis: 'verified',
    source: `${sources.referenceClient}: duration validator`,
    bound: 'both',
    effect: 'Very small values such as `PT1e-7S` make the message malformed.',
    fix: 'Format with fixed decimals, nine at most.',
  },
]);
