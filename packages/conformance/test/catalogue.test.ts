import { readFileSync } from 'node:fs';
import { CHECKS, cataloguePage, FAULTS } from '@hookline/conformance';
import { clauses } from '@hookline/protocol';
import { describe, expect, test } from 'vitest';
import { NOT_CHECKED } from '../src/check/catalogue.js';

describe('the catalogue', () => {
  test('equals CHECKS.md; npm run generate -w @hookline/conformance generates it', () => {
    expect(readFileSync(new URL('../CHECKS.md', import.meta.url), 'utf8')).toBe(cataloguePage());
  });

  test('has a check, or a reason for having none, for every clause that binds the server', () => {
    const missing = clauses
      .filter(({ bound }) => bound !== 'client')
      .filter(({ id }) => !CHECKS.some((check) => check.id === id) && NOT_CHECKED[id] === undefined);
    expect(missing.map(({ id }) => id)).toEqual([]);
  });

  test('has no such reason for a clause with a check', () => {
    expect(CHECKS.filter(({ id }) => NOT_CHECKED[id] !== undefined).map(({ id }) => id)).toEqual([]);
  });

  test('checks only clauses that bind the server', () => {
    expect(CHECKS.filter(({ clause }) => clause.bound === 'client').map(({ id }) => id)).toEqual([]);
  });
});

describe('the faulty bots', () => {
  test('are 40 or more, with different names', () => {
    expect(FAULTS.length).toBeGreaterThanOrEqual(40);
    expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
  });

  test('break only clauses that are checked', () => {
    const ids: readonly string[] = CHECKS.map(({ id }) => id);
    expect(FAULTS.filter(({ breaks }) => !ids.includes(breaks)).map(({ name }) => name)).toEqual([]);
  });
});
