import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, describe, expect, it, vi } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block = '']) => block);
// Below this folder, so that imports are found as in every other file of the package.
const folder = mkdtempSync(join(root, 'test/readme-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a block prints. */
async function printed(file: string): Promise<string[]> {
  const built = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    alias: {
      '@hookline/protocol/signature': join(root, 'src/signature/index.ts'),
      '@hookline/protocol': join(root, 'src/index.ts'),
      '@hookline/runtime': join(root, '../runtime/src/index.ts'),
    },
  });
  const log = vi.spyOn(console, 'log').mockReturnValue();
  const code = Buffer.from(built.outputFiles[0]?.contents ?? []).toString('base64');
  await import(`data:text/javascript;base64,${code}`);
  const lines = log.mock.calls.map((words) => words.join(' '));
  log.mockRestore();
  return lines;
}

describe('the README', () => {
  const expected = [
    [
      '{"type":"pong","version":"2","id":"30b0e395-84d3-4570-ac13-9a62d8f514c0","seq":3,"clientseq":3,"parameters":{}}',
      /^\/\/ (AC-MSG-4 .+)$/m.exec(readme)?.[1],
    ],
    ['true'],
  ];

  it('has as many programs as are tried here', () => {
    expect(blocks).toHaveLength(expected.length);
  });

  it.each(expected.map((lines, index) => [index, lines] as const))(
    'prints what it says in program %i',
    async (index, lines) => {
      const file = join(folder, `block${index}.ts`);
      writeFileSync(file, blocks[index] ?? '');
      expect(await printed(file)).toEqual(lines);
    },
    60_000,
  );

  it('counts the vectors as the runners do', () => {
    const { stdout } = spawnSync(process.execPath, [join(root, 'vectors/run.mjs')], { encoding: 'utf8' });
    expect(readme).toContain(`\`${stdout.trim()}\``);
  });
});
