// Writes the JSON Schema of `call --json` from its sources: `npm run generate -w hookline`.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const built = path('../schema/.events.mjs');
mkdirSync(path('../schema/'), { recursive: true });
await build({
  entryPoints: [path('events.ts')],
  bundle: true,
  outfile: built,
  platform: 'node',
  format: 'esm',
  packages: 'external',
});
const { callEventSchema } = await import(built);
rmSync(built);
writeFileSync(path('../schema/call-events.schema.json'), callEventSchema());
