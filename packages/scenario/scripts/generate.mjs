// Writes the JSON Schema of scenario files from its definition: `npm run generate -w @hookline/scenario`.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const built = path('../schema/.schema.mjs');
mkdirSync(path('../schema/'), { recursive: true });
await build({
  entryPoints: [path('../src/schema/json-schema.ts')],
  bundle: true,
  outfile: built,
  platform: 'node',
  format: 'esm',
  packages: 'external',
});
const { scenarioSchema } = await import(built);
rmSync(built);
writeFileSync(path('../schema/call.schema.json'), scenarioSchema());
