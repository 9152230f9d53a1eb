// `npm start`: builds the command and shows a call; `npm start -- --bot echo` passes options to it.
// `npm run studio`: builds and starts the studio.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { turbo } from './turbo.mjs';

turbo('build:js', '--filter=hookline...');
const bin = fileURLToPath(new URL('../packages/cli/bin/hookline.mjs', import.meta.url));
const words = process.argv[2] === 'studio' ? process.argv.slice(2) : ['demo', ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, [bin, ...words], { stdio: 'inherit' });
process.exit(status ?? 1);
