import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('llms.txt and the AGENTS.md of every package are what the manifests and API reports say, and are shipped', () => {
  const script = fileURLToPath(new URL('agents.mjs', import.meta.url));
  expect(() =>
    execFileSync(process.execPath, [script, '--check'], { encoding: 'utf8', stdio: 'pipe' }),
  ).not.toThrow();
});
