import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('the public names are those of scripts/public-names.json', () => {
  const script = fileURLToPath(new URL('public-names.mjs', import.meta.url));
  expect(() =>
    execFileSync(process.execPath, [script, '--check'], { encoding: 'utf8', stdio: 'pipe' }),
  ).not.toThrow();
}, 60_000);
