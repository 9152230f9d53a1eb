import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { clauses } from '../../src/index.js';
import { Referee } from './referee.js';
import type { Row } from './transcript.js';

interface Session {
  readonly name: string;
  readonly rows: readonly Row[];
}

interface RefusedSession extends Session {
  readonly clause: string;
  readonly refusedAt: number;
}

const vectors: { accept: Session[]; reject: RefusedSession[] } = JSON.parse(
  readFileSync(new URL('../../vectors/sessions.json', import.meta.url), 'utf8'),
);

function firstBreach({ rows }: Session): { refusedAt: number; clause: string } | undefined {
  const referee = new Referee();
  for (const [refusedAt, row] of rows.entries()) {
    const clause = referee.watch(row);
    if (clause) return { refusedAt, clause };
  }
  return undefined;
}

describe('a session', () => {
  it.each(vectors.accept)('is accepted: $name', (session) => {
    expect(firstBreach(session)).toBeUndefined();
  });

  it.each(vectors.reject)('is refused by $clause: $name', ({ refusedAt, clause, ...session }) => {
    expect(firstBreach(session)).toEqual({ refusedAt, clause });
    expect(clauses.map(({ id }) => id)).toContain(clause);
  });

  it.each([...vectors.accept, ...vectors.reject])('is in chronological order: $name', ({ rows }) => {
    const times = rows.map((row) => row.t);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });
});
