import { readFileSync } from 'node:fs';
import { CHECKS, cataloguePage, FAULTS } from '@hookline/conformance';
import { clauses } from '@hookline/protocol';
import { describe, expect, test } from 'vitest';
import { UNSEEN } from '../src/check/catalogue.js';

describe('the catalogue', () => {
  test('is the one of CHECKS.md; npm run generate -w @hookline/conformance writes it', () => {
    expect(readFileSync(new URL('../CHECKS.md', import.meta.url), 'utf8')).toBe(cataloguePage());
  });

  test('has a check or a reason against one for every rule that binds the server', () => {
    const left = clauses
      .filter(({ bound }) => bound !== 'client')
      .filter(({ id }) => !CHECKS.some((check) => check.id === id) && UNSEEN[id] === undefined);
    expect(left.map(({ id }) => id)).toEqual([]);
  });

  test('gives no reason against a check that there is', () => {
    expect(CHECKS.filter(({ id }) => UNSEEN[id] !== undefined).map(({ id }) => id)).toEqual([]);
  });

  test('checks only rules that bind the server', () => {
    expect(CHECKS.filter(({ clause }) => clause.bound === 'client').map(({ id }) => id)).toEqual([]);
  });
});

describe('the faulty bots', () => {
  test('are 40 or more, each with a name of its own', () => {
    expect(FAULTS.length).toBeGreaterThanOrEqual(40);
    expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
  });

  test('break rules that are checked', () => {
    const ids: readonly string[] = CHECKS.map(({ id }) => id);
    expect(FAULTS.filter(({ breaks }) => !ids.includes(breaks)).map(({ name }) => name)).toEqual([]);
  });
});
