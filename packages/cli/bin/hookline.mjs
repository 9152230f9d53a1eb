#!/usr/bin/env node
import { existsSync } from 'node:fs';

const dist = new URL('../dist/index.js', import.meta.url);
if (existsSync(dist)) {
  const { main } = await import(dist.href);
  await main();
} else {
  process.stderr.write('hookline: this checkout is not built yet. Run: npm run build\n');
  process.exitCode = 8;
}
