import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, describe, expect, it, vi } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const programs = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, program = '']) => program);
// Below this folder, so that imports and types are found as in every other test.
const folder = mkdtempSync(join(root, 'test/readme-'));
afterAll(() => rmSync(folder, { recursive: true }));

const files = programs.map((program, index) => {
  const file = join(folder, `program${index}.ts`);
  writeFileSync(file, program);
  return file;
});

function typeErrors(): string[] {
  const { config } = ts.readConfigFile(join(root, '../../tsconfig.json'), ts.sys.readFile);
  const bare = { ...config, include: [], files: [] };
  const { options } = ts.parseJsonConfigFileContent(bare, ts.sys, join(root, '../..'));
  return ts
    .getPreEmitDiagnostics(ts.createProgram(files, { ...options, noEmit: true }))
    .filter((diagnostic) => diagnostic.file?.fileName.startsWith(folder))
    .map((diagnostic) => ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
}

describe('the README', () => {
  it('has programs that compile', () => {
    expect(programs.length).toBeGreaterThan(4);
    expect(typeErrors()).toEqual([]);
  }, 60_000);

  it('prints what it says in the program that needs no bot', async () => {
    const log = vi.spyOn(console, 'log').mockReturnValue();
    await import(files.at(-1) ?? '');
    const lines = log.mock.calls.map((words) => words.join(' '));
    log.mockRestore();
    expect(lines).toEqual([/result\.durationMs\); \/\/ (.+)$/m.exec(readme)?.[1]]);
  });
});
