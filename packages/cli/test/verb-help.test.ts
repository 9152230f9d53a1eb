import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { verbHelp } from '../scripts/verb-help.js';
import written from '../src/verbs/help.json' with { type: 'json' };
import { hookline, hooklineProcess } from './hookline.js';

test('the generated help of each verb is up to date; `npm run generate -w hookline` writes it', {
  timeout: 60_000,
}, async () => {
  expect(written).toEqual(await verbHelp());
});

test('the help of a verb is printed without loading the verb', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'hookline-help-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  for (const words of [
    ['help', 'call'],
    ['call', '--help'],
  ]) {
    const { code, stdout } = await hooklineProcess(words, { cwd, env: { NODE_V8_COVERAGE: 'loaded' } });
    expect([code, stdout]).toEqual([0, written.call]);
  }
  for (const file of readdirSync(join(cwd, 'loaded'))) {
    const loaded = readFileSync(join(cwd, 'loaded', file), 'utf8');
    expect(loaded).toContain('/packages/cli/dist/');
    expect(loaded).not.toMatch(/\/packages\/(?:client|server|trace|protocol|conformance)\/|\/typebox\//);
  }
});

test.each([
  ['inspect', 'diff'],
  ['load', 'merge'],
])('help %s %s prints the help of the command within the command', async (verb, command) => {
  const cwd = tmpdir();
  const help = await hookline(['help', verb, command], { cwd });
  expect([help.code, help.stdout]).toEqual([
    0,
    expect.stringContaining(`Usage: hookline ${verb} ${command} `),
  ]);
  expect(help.stdout).toBe((await hookline([verb, command, '--help'], { cwd })).stdout);
});

test.each([
  ['inspect', 'diff'],
  ['load', 'merge'],
])('the help of %s %s lists no option that the command refuses', async (verb, command) => {
  const cwd = tmpdir();
  const { stdout } = await hookline(['help', verb, command], { cwd });
  const listed = [...stdout.matchAll(/^ {2}(?:-\w, )?--([\w-]+)( <)?/gm)];
  expect(listed.length).toBeGreaterThan(5);
  for (const [, option = '', value] of listed) {
    const flag = value === undefined ? [`--${option}`] : [`--${option}`, 'x'];
    const { stderr } = await hookline([verb, command, 'missing', 'missing', ...flag], { cwd });
    expect([option, stderr]).toEqual([option, expect.not.stringContaining('cannot be used with')]);
  }
});
