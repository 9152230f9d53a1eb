import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('packs the contract with the code', () => {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: fileURLToPath(new URL('../', import.meta.url)),
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  const [packed] = JSON.parse(stdout);
  const paths: string[] = packed.files.map((file: { path: string }) => file.path);
  expect(paths).toEqual(
    expect.arrayContaining([
      'PROTOCOL.md',
      'README.md',
      'LICENSE',
      'asyncapi.yaml',
      'schema/audio-connector.schema.json',
      'schema/open.schema.json',
      'vectors/messages.json',
      'vectors/run.py',
    ]),
  );
  expect(paths.filter((path) => /^(?:src|test|scripts|bench)\/|\.map$|\.test\./.test(path))).toEqual([]);
}, 60_000);
