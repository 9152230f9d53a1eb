// Writes everything that is generated from the sources of this package: `npm run generate -w @hookline/protocol`.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const packageRoot = new URL('../', import.meta.url);
const built = await build({
  entryPoints: [fileURLToPath(new URL('artifacts.ts', import.meta.url))],
  bundle: true,
  write: false,
  platform: 'node',
  format: 'esm',
  alias: { '@hookline/runtime': fileURLToPath(new URL('../runtime/src/index.ts', packageRoot)) },
});
const code = Buffer.from(built.outputFiles[0].contents).toString('base64');
const { artifacts } = await import(`data:text/javascript;base64,${code}`);

const files = artifacts(packageRoot);
mkdirSync(new URL('schema/', packageRoot), { recursive: true });
for (const name of readdirSync(new URL('schema/', packageRoot))) {
  if (!files.has(`schema/${name}`)) rmSync(new URL(`schema/${name}`, packageRoot));
}
for (const [path, text] of files) writeFileSync(new URL(path, packageRoot), text);
process.stdout.write(`${files.size} files written\n`);
