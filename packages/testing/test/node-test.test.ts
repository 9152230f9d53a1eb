import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

test('the example for node:test in the README passes, and reports the reason if the bot says something else', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, example = ''] = /```js\n([^`]*from 'node:test'[^`]*)```/.exec(readme) ?? [];
  // From here the built packages are resolved, and no watcher observes the folder.
  const folder = mkdtempSync(join(root, 'node_modules', '.hookline-node-test-'));
  try {
    const run = (text: string) => {
      writeFileSync(join(folder, 'code.test.mjs'), text);
      const { status, stdout } = spawnSync(process.execPath, ['--test', 'code.test.mjs'], {
        cwd: folder,
        encoding: 'utf8',
        // With the environment of vitest, `node --test` would act as part of another run.
        env: { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined },
      });
      return { status, stdout };
    };
    const good = run(example);
    expect([good.stdout, good.status]).toEqual([expect.stringMatching(/pass 1\n.*fail 0/s), 0]);
    const bad = run(example.replace('/press one/i', '/press nine/i'));
    expect(bad.stdout).toContain('expected turn with text /press nine/i within 500 ms');
    expect(bad.status).toBe(1);
    const [, trace = ''] = /npx hookline show (\S+)/.exec(bad.stdout) ?? [];
    expect(readdirSync(join(folder, trace))).toContain('trace.ndjson');
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);
