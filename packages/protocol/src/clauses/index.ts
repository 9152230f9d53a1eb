export type { Clause, ClauseBasis } from './clause.js';
export { type ClauseId, clause, clauses } from './manifest.js';
