// Writes CHECKS.md from the sources of this package: `npm run generate -w @hookline/conformance`.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const packageRoot = new URL('../', import.meta.url);
const source = (path) => fileURLToPath(new URL(`../${path}`, packageRoot));
const built = await build({
  entryPoints: [fileURLToPath(new URL('src/report/catalogue-page.ts', packageRoot))],
  bundle: true,
  write: false,
  platform: 'node',
  format: 'esm',
  external: ['ws'],
  alias: {
    '@hookline/runtime': source('runtime/src/index.ts'),
    '@hookline/protocol/signature': source('protocol/src/signature/index.ts'),
    '@hookline/protocol': source('protocol/src/index.ts'),
    '@hookline/audio/resample': source('audio/src/resample/index.ts'),
    '@hookline/audio': source('audio/src/index.ts'),
  },
});
// As a data URL it cannot import packages by name.
const ws = new URL('wrapper.mjs', `file://${createRequire(import.meta.url).resolve('ws')}`).href;
const code = built.outputFiles[0].text.replaceAll('from "ws"', `from ${JSON.stringify(ws)}`);
const { cataloguePage } = await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`);
writeFileSync(new URL('CHECKS.md', packageRoot), cataloguePage());
process.stdout.write('CHECKS.md written\n');
