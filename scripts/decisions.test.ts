import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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

describe('DECISIONS.md', () => {
  test('numbers its entries without gaps', () => {
    expect(entries.length).toBeGreaterThan(50);
    expect(entries.map((entry) => entry.number)).toEqual(entries.map((_, index) => index + 1));
  });

  test.each(entries)('gives the basis of #$number', ({ text }) => {
    const basis = /\(([^()]*)\)$/.exec(text)?.[1] ?? '';
    expect(bases.some((name) => name !== undefined && basis.includes(name))).toBe(true);
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
