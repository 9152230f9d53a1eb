// Writes TRACE.md and schema/ from the sources of this package: `npm run generate -w @hookline/trace`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const packageRoot = new URL('../', import.meta.url);
const source = (path) => fileURLToPath(new URL(`../${path}`, packageRoot));
const built = await build({
  entryPoints: [fileURLToPath(new URL('artifacts.ts', import.meta.url))],
  bundle: true,
  write: false,
  platform: 'node',
  format: 'esm',
  alias: {
    '@hookline/runtime': source('runtime/src/index.ts'),
    '@hookline/protocol': source('protocol/src/index.ts'),
    '@hookline/audio': source('audio/src/index.ts'),
  },
});
const code = Buffer.from(built.outputFiles[0].contents).toString('base64');
const { artifacts } = await import(`data:text/javascript;base64,${code}`);
mkdirSync(new URL('schema/', packageRoot), { recursive: true });
for (const [path, text] of artifacts()) writeFileSync(new URL(path, packageRoot), text);
