import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('llms.txt and the AGENTS.md of every package are up to date and part of the tarballs', () => {
  const script = fileURLToPath(new URL('agents.mjs', import.meta.url));
  expect(() =>
    execFileSync(process.execPath, [script, '--check'], { encoding: 'utf8', stdio: 'pipe' }),
  ).not.toThrow();
});
