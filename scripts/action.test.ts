import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as {
  inputs: Record<string, { description: string; required?: boolean; default?: string }>;
  runs: { using: string; steps: Step[] };
};

/** The arguments of each `npx` call of a step, for the given inputs of the action and files of an earlier use. Reads and adds `outputs`. */
function npxCalls(
  name: string,
  inputs: Record<string, string>,
  earlier: string[] = [],
  outputs: Record<string, string> = {},
): string[][] {
  const step = action.runs.steps.find((each) => each.name === name);
  const folder = mkdtempSync(join(tmpdir(), 'hookline-action-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(
    join(folder, 'npx'),
    `#!/bin/sh\nnode -e 'process.stdout.write(JSON.stringify(process.argv.slice(1)) + "\\n")' -- "$@"\n`,
  );
  chmodSync(join(folder, 'npx'), 0o755);
  const output = join(folder, 'output.txt');
  for (const path of earlier) mkdirSync(join(folder, path), { recursive: true });
  const value = (input: string) => inputs[input] ?? action.inputs[input]?.default ?? '';
  const env = Object.fromEntries(
    Object.entries(step?.env ?? {}).map(([variable, expression]) => [
      variable,
      [...expression.matchAll(/(inputs|outputs)\.([\w-]+)/g)]
        .map(([, kind, key = '']) => (kind === 'inputs' ? value(key) : (outputs[key] ?? '')))
        .find(Boolean) ?? '',
    ]),
  );
  const script = join(folder, 'step.sh');
  writeFileSync(script, step?.run ?? '');
  const printed = execFileSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...env, PATH: `${folder}${delimiter}${process.env['PATH']}`, GITHUB_OUTPUT: output },
  });
  if (existsSync(output))
    for (const line of readFileSync(output, 'utf8').trim().split('\n')) {
      const [key = '', ...text] = line.split('=');
      outputs[key] = text.join('=');
    }
  return printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as string[]);
}

describe('the composite action', () => {
  it('describes every input, and passes inputs to scripts only in the environment', () => {
    expect(action.runs.using).toBe('composite');
    for (const { description } of Object.values(action.inputs)) expect(description).not.toBe('');
    for (const { run = '' } of action.runs.steps) expect(run).not.toContain('${{');
  });

  it('pins the actions that it uses by commit hash', () => {
    for (const { uses } of action.runs.steps)
      if (uses !== undefined) expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
  });

  it('runs the checks against the bot, and writes a JUnit report', () => {
    expect(npxCalls('Check', { url: 'ws://localhost:8080/book' })).toEqual([
      [
        ...['--yes', 'hookline@latest', 'check', 'ws://localhost:8080/book', '--reporter', 'spec'],
        ...['--reporter', 'github', '--reporter', 'junit=hookline-results/check.xml'],
        ...['--trace', 'hookline-results/check'],
      ],
    ]);
  });

  it('passes a command with spaces and quotes unchanged', () => {
    const start = `python3 "my bot.py" --name 'a $HOME b'`;
    const [call = []] = npxCalls('Check', {
      url: 'ws://localhost:8080',
      start,
      profile: 'p.json',
      strict: 'true',
    });
    expect(call.slice(call.indexOf('--start'))).toEqual([
      '--start',
      start,
      '--profile',
      'p.json',
      '--strict',
    ]);
  });

  it('runs every listed scenario against the base URI', () => {
    const [call = []] = npxCalls('Scenarios', {
      url: 'ws://localhost:8080/book',
      'base-uri': 'ws://localhost:8080',
      scenarios: 'calls\nmore calls/one.call.yaml\n',
    });
    expect(call.slice(1, 7)).toEqual([
      'hookline@latest',
      'run',
      'calls',
      'more calls/one.call.yaml',
      '--target',
      'ws://localhost:8080',
    ]);
  });

  it.each([
    ['the check', ['check/a-trace', 'check-2.xml']],
    ['the scenarios', ['scenarios/a-trace', 'scenarios-2.xml']],
    ['one and then the other', ['check.xml', 'scenarios-2']],
  ])(
    'keeps the results of an earlier use in the same job, with one number for both steps: %s',
    (_, paths) => {
      const earlier = paths.map((path) => `hookline-results/${path}`);
      const inputs = { url: 'ws://localhost:8080/book', scenarios: 'calls' };
      const outputs = {};
      for (const [step, name] of [
        ['Check', 'check'],
        ['Scenarios', 'scenarios'],
      ] as const) {
        const [call = []] = npxCalls(step, inputs, earlier, outputs);
        expect(call).toContain(`junit=hookline-results/${name}-3.xml`);
        expect(call[call.indexOf('--trace') + 1]).toBe(`hookline-results/${name}-3`);
      }
    },
  );
});
