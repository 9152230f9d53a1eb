import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, describe, expect, it, vi } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block = '']) => block);
// Below this folder, so that imports resolve as in other files of the package.
const folder = mkdtempSync(join(root, 'test/readme-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The output of a block. */
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

  it('contains as many programs as are tested here', () => {
    expect(blocks).toHaveLength(expected.length);
  });

  it.each(expected.map((lines, index) => [index, lines] as const))(
    'shows the output of program %i',
    async (index, lines) => {
      const file = join(folder, `block${index}.ts`);
      writeFileSync(file, blocks[index] ?? '');
      expect(await printed(file)).toEqual(lines);
    },
    60_000,
  );

  it('states the number of vectors that the runners count', () => {
    const { stdout } = spawnSync(process.execPath, [join(root, 'vectors/run.mjs')], { encoding: 'utf8' });
    expect(readme).toContain(`\`${stdout.trim()}\``);
  });
});
