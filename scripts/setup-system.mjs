// Installs the Debian packages that some tests drive Hookline with. For CI and for who wants every test;
// without them those tests are reported as skipped, by name.
import { spawnSync } from 'node:child_process';

/** Debian package → the command that tells whether it is there. */
const PACKAGES = {
  python3: ['which', 'python3'],
  'python3-websockets': ['/usr/bin/python3', '-c', 'import websockets'],
  haproxy: ['which', 'haproxy'],
  'nginx-light': ['which', 'nginx'],
  'redis-server': ['which', 'redis-server'],
  zsh: ['which', 'zsh'],
  fish: ['which', 'fish'],
  pocketsphinx: ['which', 'pocketsphinx_batch'],
  'pocketsphinx-en-us': ['test', '-d', '/usr/share/pocketsphinx/model/en-us'],
  chromium: ['which', 'chromium'],
};

/** Where Debian keeps servers, which is not on everybody's path. */
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
console.error(
  missing.length > 0 ? `setup:system: installed ${missing.join(', ')}` : 'setup:system: nothing to do',
);
