import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';

/* The step of the workflow `release` that tags, against a bare repository in a temporary folder. Nothing is published. */
const root = fileURLToPath(new URL('..', import.meta.url));
const workflow = parse(readFileSync(join(root, '.github/workflows/release.yml'), 'utf8')) as {
  jobs: { publish: { steps: { name?: string; run?: string }[] } };
};
const steps = workflow.jobs.publish.steps;
const tagStep = steps.find(({ name }) => name === 'Tag the release')?.run ?? '';

/** A checkout and its remote, for a user without a name and an email address, as on a runner. */
function repository() {
  const folder = mkdtempSync(join(tmpdir(), 'hookline-release-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const checkout = join(folder, 'checkout');
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'user.useConfigOnly',
    GIT_CONFIG_VALUE_0: 'true',
  };
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: checkout, encoding: 'utf8', env, stdio: 'pipe' }).trim();
  mkdirSync(join(checkout, 'packages/cli'), { recursive: true });
  git('init', '--quiet');
  git('init', '--quiet', '--bare', join(folder, 'remote.git'));
  git('remote', 'add', 'origin', join(folder, 'remote.git'));
  return {
    /** Commits a version of the packages; returns the commit. */
    commit(version: string): string {
      writeFileSync(join(checkout, 'packages/cli/package.json'), JSON.stringify({ version }));
      git('add', '--all');
      git(
        '-c',
        'user.name=t',
        '-c',
        'user.email=t@example.com',
        'commit',
        '--quiet',
        '--allow-empty',
        '-m',
        version,
      );
      return git('rev-parse', 'HEAD');
    },
    /** Runs the step as GitHub does. */
    tag(): void {
      execFileSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', tagStep], {
        cwd: checkout,
        env,
        stdio: 'pipe',
      });
    },
    /** The commit of each tag of the remote. */
    tags(): Record<string, string> {
      const lines = git('ls-remote', '--tags', 'origin').split('\n').filter(Boolean);
      return Object.fromEntries(
        lines.map((line) => {
          const [commit = '', ref = ''] = line.split('\t');
          return [ref.replace('refs/tags/', ''), commit];
        }),
      );
    },
  };
}

describe('a release', () => {
  it('tags its commit with its version and moves the tag of its major version there', () => {
    const { commit, tag, tags } = repository();
    const first = commit('0.1.0');
    tag();
    expect(tags()).toEqual({ 'v0.1.0': first, v0: first });
    const second = commit('0.2.0');
    tag();
    expect(tags()).toEqual({ 'v0.1.0': first, 'v0.2.0': second, v0: second });
  });

  it('that runs again changes no tag', () => {
    const { commit, tag, tags } = repository();
    const first = commit('0.1.0');
    tag();
    tag();
    expect(tags()).toEqual({ 'v0.1.0': first, v0: first });
  });

  it('fails instead of moving the tag of a version to another commit', () => {
    const { commit, tag, tags } = repository();
    const first = commit('0.1.0');
    tag();
    commit('0.1.0');
    expect(tag).toThrow('v0.1.0 (already exists)');
    expect(tags()).toEqual({ 'v0.1.0': first, v0: first });
  });

  it('is tagged only after everything is published, and by this step only', () => {
    const runs = steps.flatMap(({ run }) => run ?? []);
    const publishing = runs.findIndex((run) => run.includes('changeset publish'));
    expect(runs.indexOf(tagStep)).toBeGreaterThan(publishing);
    expect(runs[publishing]).toContain('--no-git-tag');
  });
});

it('every use of the action in the documentation names the tag of a major version', () => {
  const pages = [
    'README.md',
    ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
    ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`),
  ].filter((path) => path.endsWith('.md'));
  const uses = pages.flatMap((path) => [
    ...readFileSync(join(root, path), 'utf8').matchAll(/uses: hookline\/hookline@(\S+)/g),
  ]);
  expect(uses.length).toBeGreaterThan(0);
  expect(uses.map(([, tag]) => tag).filter((tag) => !/^v\d+$/.test(tag ?? ''))).toEqual([]);
});
