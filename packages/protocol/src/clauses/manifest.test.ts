import { describe, expect, it } from 'vitest';
import { type ClauseId, clause, clauses } from './manifest.js';
import { sources } from './sources.js';

const areas = [...new Set(clauses.map(({ id }) => id.split('-')[1]))];

/** The platform, or a part of it, as the subject of what is told as a fact. */
const CLAIM =
  /\b(?:Genesys(?: Cloud)?|Architect|Activation|the (?:platform|client|action|flow|integration)) (?!Cloud\b|may\b|was reported|is not known|test client|sample|to\b|and\b|or\b|that\b|in\b|with\b|of\b|at\b|on\b)/i;

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

  it('cites evidence that gives the basis', () => {
    const misfits = clauses.filter(
      ({ basis, source }) => !Object.values(sources[basis]).some((evidence) => source.startsWith(evidence)),
    );
    expect(misfits.map(({ id }) => id)).toEqual([]);
  });

  it('tells what Genesys Cloud does only where the basis is the platform', () => {
    const told = clauses.filter(({ basis, effect }) => basis !== 'platform' && CLAIM.test(effect));
    expect(told.map(({ id, effect }) => `${id}: ${effect}`)).toEqual([]);
  });

  it.each([
    'Genesys drops the message.',
    'The client sends error 413 and closes.',
    'The caller waits while the platform refuses it.',
    'Later the action takes the failure path.',
    'Activation fails.',
    'The integration cannot be activated.',
    'Architect never sees them.',
    'The flow never continues.',
  ])('knows that "%s" tells what Genesys Cloud does', (effect) => {
    expect(effect).toMatch(CLAIM);
  });

  it.each([
    'The Genesys test client sends error 413 and closes.',
    "Genesys's sample server disconnects.",
    'The integration may fail to activate.',
    'Hookline sends error 405 and closes.',
  ])('lets "%s" pass', (effect) => {
    expect(effect).not.toMatch(CLAIM);
  });
});

describe('clause()', () => {
  it('finds a clause by its id', () => {
    expect(clause('AC-MSG-3')).toMatchObject({
      sentence: 'Every message carries `parameters` as an object.',
      basis: 'sample',
    });
  });

  it('names an id that does not exist', () => {
    expect(() => clause('AC-NONE-1' as ClauseId)).toThrow(/AC-NONE-1/);
  });
});
