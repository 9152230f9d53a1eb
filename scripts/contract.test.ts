import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { verifies } from './verifies.ts';

const script = fileURLToPath(new URL('contract.mjs', import.meta.url));
const roots: string[] = [];

/** Runs the script over a tree of these files, or over this repository. */
function runGate(files?: Readonly<Record<string, string>>) {
  const flags = [script];
  if (files) {
    const root = mkdtempSync(join(tmpdir(), 'contract-'));
    roots.push(root);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    flags.push('--root', root);
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, flags, { encoding: 'utf8' });
  return { status, stdout, problems: stderr.trim() === '' ? [] : stderr.trim().split('\n') };
}

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

const clause = { 'packages/protocol/src/clauses/open.ts': "id: 'AC-OPEN-1'" };
const test1 = {
  'packages/client/src/open.test.ts': "it(verifies('AC-OPEN-1', 'sends open first'), () => {})",
};

test('every clause is verified or a known gap, and every id in the repository is a clause', () => {
  const { status, problems } = runGate();
  expect(problems).toEqual([]);
  expect(status).toBe(0);
});

test('passes a tree whose clauses are all verified', () => {
  expect(runGate({ ...clause, ...test1 })).toMatchObject({ status: 0, problems: [] });
});

test('counts a clause that the test vectors name for a refusal as verified', () => {
  const vectors = { 'packages/protocol/vectors/messages.json': '{"reject":[{"clause":"AC-OPEN-1"}]}' };
  expect(runGate({ ...clause, ...vectors }).status).toBe(0);
});

test('fails on a clause that no test verifies', () => {
  const { status, problems } = runGate(clause);
  expect([status, problems]).toEqual([1, [expect.stringMatching(/^AC-OPEN-1 is verified by no test/)]]);
});

test('does not count a mention as a test', () => {
  const mention = { 'packages/client/src/open.test.ts': "it('does something by AC-OPEN-1', () => {})" };
  const inSource = { 'packages/client/src/open.ts': "verifies('AC-OPEN-1', 'x')" };
  expect(runGate({ ...clause, ...mention, ...inSource }).status).toBe(1);
});

test('fails on an id without a clause, and names its files', () => {
  const { status, problems } = runGate({ ...clause, ...test1, 'README.md': 'see AC-OPEN-99' });
  expect([status, problems]).toEqual([1, ['AC-OPEN-99 is no clause, but is mentioned in README.md']]);
});

test('accepts a known gap until it is closed', () => {
  const gap = { 'scripts/contract-gaps.json': '{"AC-OPEN-1":"needs a client"}' };
  expect(runGate({ ...clause, ...gap }).status).toBe(0);
  const { status, problems } = runGate({ ...clause, ...gap, ...test1 });
  expect([status, problems]).toEqual([
    1,
    [expect.stringMatching(/take it out of scripts\/contract-gaps\.json/)],
  ]);
});

test('fails on a tree without clauses, for example after a folder was moved', () => {
  expect(runGate(test1).status).toBe(1);
});

test('`verifies` puts the sentence first and the clauses last', () => {
  expect(verifies('AC-OPEN-3', 'AC-TIME-1', 'fails in time')).toBe('fails in time [AC-OPEN-3 AC-TIME-1]');
});
