import { describe, expect, it } from 'vitest';
import { type ClauseId, clause, clauses } from './manifest.js';
import { sources } from './sources.js';

const areas = [...new Set(clauses.map(({ id }) => id.split('-')[1]))];

describe('the clause manifest', () => {
  it('gives every clause an id of the form AC-<AREA>-<n>', () => {
    expect(clauses.map(({ id }) => id).filter((id) => !/^AC-[A-Z]+-[1-9]\d*$/.test(id))).toEqual([]);
  });

  it('gives no id twice', () => {
    expect(new Set(clauses.map(({ id }) => id)).size).toBe(clauses.length);
  });

  it.each(areas)('numbers area %s from 1 without a gap, in one block', (area) => {
    const positions = clauses.flatMap(({ id }, index) => (id.split('-')[1] === area ? [index] : []));
    expect(positions.map((position) => clauses[position]?.id)).toEqual(
      positions.map((_, index) => `AC-${area}-${index + 1}`),
    );
    expect(positions.at(-1)! - positions[0]!).toBe(positions.length - 1);
  });

  it('leaves no field of a clause empty', () => {
    const empty = clauses.filter((each) => Object.values(each).some((value) => value.trim() === ''));
    expect(empty).toEqual([]);
  });

  it('writes every rule, effect and fix as sentences', () => {
    const loose = clauses.filter(({ sentence, effect, fix }) =>
      [sentence, effect, fix].some((text) => !/^[A-Z`].*\.$/s.test(text)),
    );
    expect(loose.map(({ id }) => id)).toEqual([]);
  });

  it('states no rule twice', () => {
    expect(new Set(clauses.map(({ sentence }) => sentence)).size).toBe(clauses.length);
  });

  it('cites evidence that fits the basis', () => {
    const misfits = clauses.filter(({ basis, source }) => {
      const expected =
        basis === 'third-party'
          ? source.startsWith(sources.field)
          : basis === 'assumed'
            ? source.startsWith(sources.choice)
            : source.startsWith('Genesys');
      return !expected;
    });
    expect(misfits.map(({ id }) => id)).toEqual([]);
  });
});

describe('clause()', () => {
  it('finds a clause by its id', () => {
    expect(clause('AC-MSG-3')).toMatchObject({
      sentence: 'Every message carries `parameters` as an object.',
      basis: 'verified',
    });
  });

  it('names an id that does not exist', () => {
    expect(() => clause('AC-NONE-1' as ClauseId)).toThrow(/AC-NONE-1/);
  });
});
