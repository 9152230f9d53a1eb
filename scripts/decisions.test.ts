import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CLIENT_TIMERS, clauses, SERVER_TIMERS } from '@hookline/protocol';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const document = readFileSync(join(root, 'DECISIONS.md'), 'utf8');

/** The numbered entries in order. */
const entries = [...document.matchAll(/^(\d+)\. (.+)$/gm)].map((match) => ({
  number: Number(match[1]),
  text: match[2] ?? '',
}));
const bases = [...document.matchAll(/^\| ([a-z-]+) +\|/gm)]
  .map((match) => match[1])
  .filter((b) => b !== 'basis');

/** Every file of the repository that may refer to a decision. */
const files = execFileSync('git', ['ls-files', '*.ts', '*.mjs', '*.md'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && path !== 'DECISIONS.md' && path !== 'scripts/decisions.test.ts')
  // Git still lists what was deleted and not committed.
  .filter((path) => existsSync(join(root, path)));

/** `DECISIONS.md #24, #40 and #41` → 24, 40, 41. */
const references = files.flatMap((path) =>
  [...readFileSync(join(root, path), 'utf8').matchAll(/decisions\.md((?:(?:,| and|)[\s/*]+#?\d+)*)/gi)].map(
    (match) => ({
      path,
      text: match[0],
      numbers: [...(match[1] ?? '').matchAll(/#(\d+)/g)].map((number) => Number(number[1])),
    }),
  ),
);

/**
 * Entries with a basis that no clause states: `errorType` as users report it, a production request that was captured, and
 * the close after repeated errors 429.
 */
const WITHOUT_CLAUSE: ReadonlySet<number> = new Set([27, 46, 47, 48]);

/** A number in the sources of the server. */
function constant(path: string, name: string): number {
  const text = readFileSync(join(root, 'packages/server/src', path), 'utf8');
  const [, value = ''] = new RegExp(`const ${name} = ([\\d_]+);`).exec(text) ?? [];
  return Number(value.replaceAll('_', ''));
}

describe('DECISIONS.md', () => {
  test('numbers its entries without gaps', () => {
    expect(entries.length).toBeGreaterThan(50);
    expect(entries.map((entry) => entry.number)).toEqual(entries.map((_, index) => index + 1));
  });

  test.each(entries)(
    'gives the basis of #$number, which is that of the clauses it names',
    ({ number, text }) => {
      const [, end = ''] = /\(([^()]*)\)$/.exec(text) ?? [];
      const parts = end.split('; ').filter((part) => part !== 'all are options');
      for (const part of parts) {
        const [, basis = '', ids = ''] =
          /^([a-z-]+)(?:: (AC-\w+-\d+(?:, AC-\w+-\d+)*))?(?:,? (?!.*AC-)[^:]+)?$/.exec(part) ?? [];
        expect(bases).toContain(basis);
        const named = ids === '' ? [] : ids.split(', ');
        expect(named.map((id) => `${id} ${clauses.find((clause) => clause.id === id)?.basis}`)).toEqual(
          named.map((id) => `${id} ${basis}`),
        );
        // What Genesys Cloud or other programs do must be stated by a clause, with its source.
        if (named.length === 0 && !WITHOUT_CLAUSE.has(number))
          expect(['assumed', 'product']).toContain(basis);
      }
      expect(parts.length).toBeGreaterThan(0);
    },
  );

  test('names only clauses that there are', () => {
    const known: ReadonlySet<string> = new Set(clauses.map(({ id }) => id));
    const named = [...document.matchAll(/AC-\w+-\d+/g)].map(([id]) => id);
    expect(named.length).toBeGreaterThan(60);
    expect(named.filter((id) => !known.has(id))).toEqual([]);
  });

  test.each([
    [18, ` ${constant('lifecycle/call-registry.ts', 'MAX_PROBE_MS') / 1000} s after the upgrade`],
    [39, ` at most ${constant('ws/upgrader.ts', 'MAX_FRAGMENTS')} fragments`],
    [40, `Upgrade ${CLIENT_TIMERS.upgradeMs / 1000} s, \`opened\` ${CLIENT_TIMERS.openedMs / 1000} s, `],
    [40, ` maximum duration ${CLIENT_TIMERS.maxDurationMs / 60_000} minutes`],
    [
      41,
      ` of the upgrade ${SERVER_TIMERS.upgradeHeadersMs / 1000} s, \`open\` ${SERVER_TIMERS.openMs / 1000} s, `,
    ],
  ])('says in #%i what the code does: %s', (number, words) => {
    expect(entries[number - 1]?.text).toContain(words);
  });

  test('is referenced by the code', () => {
    expect(references.length).toBeGreaterThan(20);
  });

  test('contains every entry that a file refers to', () => {
    const known = new Set(entries.map((entry) => entry.number));
    const wrong = references.filter(
      ({ text, numbers, path }) =>
        !text.startsWith('DECISIONS.md') ||
        (numbers.length === 0 && path.startsWith('packages/')) ||
        numbers.some((number) => !known.has(number)),
    );
    expect(wrong).toEqual([]);
  });
});
