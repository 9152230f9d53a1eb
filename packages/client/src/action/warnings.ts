import { clause as clauseOf } from '@hookline/protocol';
import { API_KEY_PATTERN } from '@hookline/protocol/signature';
import type { RecordedWarning } from '../session/call-record.js';
import type { CallWarning } from './result.js';

/** A warning for users, with the effect and the fix of its rule. */
export function callWarning({ t, text, count, clause }: RecordedWarning): CallWarning {
  const seen = { message: text, count, firstAtMs: t };
  if (clause === undefined) return seen;
  const { effect, fix } = clauseOf(clause);
  return { ...seen, clause, effect, fix };
}

/**
 * A warning about an API key that works here but cannot be entered in Genesys Cloud. It does not show the key.
 *
 * @param apiKey - of printable ASCII characters
 */
export function keyWarning(apiKey: string): readonly string[] {
  if (API_KEY_PATTERN.test(apiKey)) return [];
  return [
    'the API key contains characters that the integration form of Genesys Cloud is said to reject; expected letters, digits, +, /, _ and -, with up to two = at the end',
  ];
}
