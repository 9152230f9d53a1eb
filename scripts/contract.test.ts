import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { verifies } from './verifies.ts';

const script = fileURLToPath(new URL('contract.mjs', import.meta.url));
const roots: string[] = [];

/** Runs the gate over a tree of these files; over this repository without any. */
function gate(files?: Readonly<Record<string, string>>) {
  const args = [script];
  if (files) {
    const root = mkdtempSync(join(tmpdir(), 'contract-'));
    roots.push(root);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    args.push('--root', root);
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, stdout, problems: stderr.trim() === '' ? [] : stderr.trim().split('\n') };
}

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

const clause = { 'packages/protocol/src/clauses/open.ts': "id: 'AC-OPEN-1'" };
const test1 = {
  'packages/client/src/open.test.ts': "it(verifies('AC-OPEN-1', 'sends open first'), () => {})",
};

test('every clause is verified or a known gap, and every id named anywhere is a clause', () => {
  const { status, problems } = gate();
  expect(problems).toEqual([]);
  expect(status).toBe(0);
});

test('passes a tree whose clauses are all verified', () => {
  expect(gate({ ...clause, ...test1 })).toMatchObject({ status: 0, problems: [] });
});

test('counts what the corpus refuses by a clause as verified', () => {
  const vectors = { 'packages/protocol/vectors/messages.json': '{"reject":[{"clause":"AC-OPEN-1"}]}' };
  expect(gate({ ...clause, ...vectors }).status).toBe(0);
});

test('fails on a clause that no test verifies', () => {
  const { status, problems } = gate(clause);
  expect([status, problems]).toEqual([1, [expect.stringMatching(/^AC-OPEN-1 is verified by no test/)]]);
});

test('does not take a mention for a test', () => {
  const mention = { 'packages/client/src/open.test.ts': "it('does something by AC-OPEN-1', () => {})" };
  const inSource = { 'packages/client/src/open.ts': "verifies('AC-OPEN-1', 'x')" };
  expect(gate({ ...clause, ...mention, ...inSource }).status).toBe(1);
});

test('fails on an id that no clause has, and says where it stands', () => {
  const { status, problems } = gate({ ...clause, ...test1, 'README.md': 'see AC-OPEN-99' });
  expect([status, problems]).toEqual([1, ['AC-OPEN-99 is no clause, but is named in README.md']]);
});

test('lets a known gap pass until it is closed', () => {
  const gap = { 'scripts/contract-gaps.json': '{"AC-OPEN-1":"needs a client"}' };
  expect(gate({ ...clause, ...gap }).status).toBe(0);
  const { status, problems } = gate({ ...clause, ...gap, ...test1 });
  expect([status, problems]).toEqual([
    1,
    [expect.stringMatching(/take it out of scripts\/contract-gaps\.json/)],
  ]);
});

test('fails on a tree without clauses, so that a moved folder does not pass', () => {
  expect(gate(test1).status).toBe(1);
});

test('titles a test with its sentence first and its clauses last', () => {
  expect(verifies('AC-OPEN-3', 'AC-TIME-1', 'fails in time')).toBe('fails in time [AC-OPEN-3 AC-TIME-1]');
});
