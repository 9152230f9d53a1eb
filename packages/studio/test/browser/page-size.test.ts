import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { buildPage, removeFolder } from './chromium.js';

const MAX_PAGE_BYTES = 80_000;

test('the page of the studio is built into at most 80 kB of files, gzipped', {
  timeout: 60_000,
}, async () => {
  const folder = await buildPage();
  onTestFinished(() => removeFolder(folder));
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  let bytes = 0;
  for (const file of files)
    if (file.isFile()) bytes += gzipSync(await readFile(join(file.parentPath, file.name))).length;
  expect(bytes).toBeLessThanOrEqual(MAX_PAGE_BYTES);
});
