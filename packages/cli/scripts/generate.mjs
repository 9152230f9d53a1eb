// Writes the JSON Schema of every verb's `--json`, and the help of each verb, from their sources: `npm run generate -w hookline`.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const built = path('../schema/.events.mjs');
mkdirSync(path('../schema/'), { recursive: true });
await build({
  stdin: {
    contents: "export * from './events.ts'; export * from './verb-lines.ts';",
    resolveDir: path('.'),
    loader: 'ts',
  },
  bundle: true,
  outfile: built,
  platform: 'node',
  format: 'esm',
  packages: 'external',
});
const { callEventSchema, verbSchemas } = await import(built);
rmSync(built);
writeFileSync(path('../schema/call-events.schema.json'), callEventSchema());
for (const [file, text] of Object.entries(verbSchemas())) writeFileSync(path(`../schema/${file}`), text);

// Below the sources, so that what they import from packages is found.
const program = path('../src/.program.mjs');
const help = path('../src/verbs/help.json');
await build({
  entryPoints: [path('verb-help.ts')],
  bundle: true,
  outfile: program,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  external: ['*/help.json'],
});
try {
  const { verbHelp } = await import(program);
  writeFileSync(help, `${JSON.stringify(await verbHelp(), undefined, 2)}\n`);
} finally {
  rmSync(program);
}
