import { clause as clauseOf } from '@hookline/protocol';
import type { RecordedWarning } from '../session/call-record.js';
import type { CallWarning } from './result.js';

/** A warning as users see it, with the effect and the fix that its rule gives. */
export function callWarning({ t, text, count, clause }: RecordedWarning): CallWarning {
  const seen = { message: text, count, firstAtMs: t };
  if (clause === undefined) return seen;
  const { effect, fix } = clauseOf(clause);
  return { ...seen, clause, effect, fix };
}
