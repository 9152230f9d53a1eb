import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findScenarioFiles } from './find-files.js';

const root = mkdtempSync(join(tmpdir(), 'hookline-find-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Creates a folder with files, and symbolic links by their path and target. */
function folder(name: string, files: readonly string[], links: Readonly<Record<string, string>> = {}) {
  const top = join(root, name);
  for (const file of files) {
    mkdirSync(join(top, file, '..'), { recursive: true });
    writeFileSync(join(top, file), '');
  }
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(join(top, path, '..'), { recursive: true });
    symlinkSync(target, join(top, path));
  }
  return top;
}

const found = async (top: string, ...paths: string[]) =>
  (await findScenarioFiles(paths.map((path) => join(top, path)))).map((file) => relative(top, file));

describe('the search for scenario files', () => {
  test('finds each file once although links lead back to a folder', async () => {
    const top = folder('loop', ['a.call.yaml', 'sub/b.call.yaml', 'sub/b.yaml'], {
      'sub/up': '..',
      self: '.',
      nowhere: 'missing',
    });
    expect(await found(top, '')).toEqual(['a.call.yaml', 'sub/b.call.yaml']);
  });

  test('follows a link to a folder elsewhere', async () => {
    folder('elsewhere', ['c.call.yaml']);
    const top = folder('linked', [], { calls: '../elsewhere' });
    expect(await found(top, '')).toEqual(['calls/c.call.yaml']);
  });

  test('does not enter node_modules, whose links lead to all packages of a workspace', async () => {
    const top = folder('workspace', ['calls/a.call.yaml', 'x/node_modules/p/b.call.yaml'], {
      'x/node_modules/y': '../../x',
    });
    expect(await found(top, '')).toEqual(['calls/a.call.yaml']);
  });

  test('takes a file once that is named twice', async () => {
    const top = folder('twice', ['a.call.yaml']);
    expect(await findScenarioFiles([`${top}/a.call.yaml`, `${top}/./a.call.yaml`, top])).toHaveLength(1);
  });
});
