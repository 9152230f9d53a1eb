import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const programs = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, program = '']) => program);
// Below this folder, so that imports resolve as in other tests.
const folder = mkdtempSync(join(root, 'test/readme-'));
afterAll(() => rmSync(folder, { recursive: true }));

const files = programs.map((program, index) => {
  const file = join(folder, `program${index}.ts`);
  writeFileSync(file, program);
  return file;
});

describe('the README', () => {
  // scripts/readme.test.ts compiles them, with those of every other README.
  it('contains programs', () => {
    expect(programs.length).toBeGreaterThan(4);
  });

  it('shows the output of the program that needs no bot', async () => {
    const log = vi.spyOn(console, 'log').mockReturnValue();
    await import(files.at(-1) ?? '');
    const lines = log.mock.calls.map((words) => words.join(' '));
    log.mockRestore();
    expect(lines).toEqual([/result\.durationMs\); \/\/ (.+)$/m.exec(readme)?.[1]]);
  });
});
