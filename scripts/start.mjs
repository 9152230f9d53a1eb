// `npm start`: builds what the command needs and shows a call. `npm start -- --bot echo` passes options on.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { turbo } from './turbo.mjs';

turbo('build:js', '--filter=hookline...');
const bin = fileURLToPath(new URL('../packages/cli/bin/hookline.mjs', import.meta.url));
const { status } = spawnSync(process.execPath, [bin, 'demo', ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(status ?? 1);
