// Bundles the simulation with the sources of all packages, so that it needs no build.
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = new URL('../../', import.meta.url);

/** Returns the URL of a module that exports `simulateCall` and `repeatCommand`. It is deleted when this process exits. */
export async function bundleSimulation() {
  const outfile = fileURLToPath(new URL(`node_modules/.cache/hookline/simulation-${process.pid}.mjs`, root));
  const { compilerOptions } = JSON.parse(readFileSync(new URL('tsconfig.json', root), 'utf8'));
  const sources = Object.entries(compilerOptions.paths).filter(([name]) => name.startsWith('@hookline/'));
  process.once('exit', () => rmSync(outfile, { force: true }));
  await build({
    stdin: {
      contents: `export { simulateCall } from './simulate-call.ts';
        export { repeatCommand } from './simulation-report.ts';`,
      resolveDir: fileURLToPath(new URL('../src', import.meta.url)),
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    sourcemap: 'inline',
    packages: 'external',
    alias: Object.fromEntries(sources.map(([name, [path]]) => [name, fileURLToPath(new URL(path, root))])),
  });
  return pathToFileURL(outfile).href;
}
