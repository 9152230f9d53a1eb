import type { ClauseId } from '../packages/protocol/src/clauses/index.ts';

/**
 * The title of a test that verifies clauses of the protocol:
 * `it(verifies('AC-OPEN-3', 'fails a call whose opened does not arrive within 5 s'), …)`.
 * `scripts/contract.mjs` reads these calls, so the ids must be literals.
 */
export function verifies(...idsAndTitle: [...ids: [ClauseId, ...ClauseId[]], title: string]): string {
  return `${idsAndTitle.at(-1)} [${idsAndTitle.slice(0, -1).join(' ')}]`;
}
