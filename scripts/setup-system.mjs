// Installs Debian packages and Artillery for CI and for developers who want to run every test. Tests that need a missing
// one are listed as skipped.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** For each Debian package, the command whose presence shows that it is installed. */
const PACKAGES = {
  python3: ['which', 'python3'],
  'python3-websockets': ['/usr/bin/python3', '-c', 'import websockets'],
  'golang-go': ['which', 'go'],
  haproxy: ['which', 'haproxy'],
  'nginx-light': ['which', 'nginx'],
  'redis-server': ['which', 'redis-server'],
  zsh: ['which', 'zsh'],
  fish: ['which', 'fish'],
  pocketsphinx: ['which', 'pocketsphinx_batch'],
  'pocketsphinx-en-us': ['test', '-d', '/usr/share/pocketsphinx/model/en-us'],
  chromium: ['which', 'chromium'],
};

/** Debian installs servers into /usr/sbin, which is not on every PATH. */
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };

const missing = Object.entries(PACKAGES)
  .filter(([, [command, ...args]]) => spawnSync(command, args, { env }).status !== 0)
  .map(([name]) => name);

if (missing.length > 0) {
  const sudo = process.getuid?.() === 0 ? [] : ['sudo'];
  const run = (...words) => {
    const [command, ...args] = [...sudo, ...words];
    const { status, error } = spawnSync(command, args, {
      stdio: ['ignore', 2, 2],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (error || status !== 0) {
      console.error(
        `setup:system: ${words.join(' ')} failed. It needs a Debian or Ubuntu machine and root or sudo.`,
      );
      process.exit(1);
    }
  };
  run('apt-get', 'update', '-q');
  run('apt-get', 'install', '-q', '-y', '--no-install-recommends', ...missing);
}
/** The last Artillery that supports Node 20. Installed outside the checkout: about 970 packages, 590 MB, one minute. */
const ARTILLERY = 'artillery@2.0.21';
const cache = join(homedir(), '.cache', 'hookline', ARTILLERY.replace('@', '-'));
if (!existsSync(join(cache, 'node_modules', 'artillery', 'bin', 'run'))) {
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, 'package.json'), '{ "private": true }\n');
  // Without install scripts: one of its packages would download a browser.
  const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ARTILLERY];
  const { status } = spawnSync('npm', install, { cwd: cache, stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    console.error(`setup:system: npm ${install.join(' ')} failed in ${cache}.`);
    process.exit(1);
  }
  missing.push(ARTILLERY);
}

console.error(
  missing.length > 0 ? `setup:system: installed ${missing.join(', ')}` : 'setup:system: nothing to do',
);
