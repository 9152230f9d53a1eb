// Installs the npm packages if they are missing or differ from the lockfile. Uses only Node built-ins, needs no root and
// runs on any platform: `npm start`, `npm test` and `npm run check` start with it.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const json = (...path) => JSON.parse(readFileSync(join(root, ...path), 'utf8'));

/** The reason for an installation, or undefined. */
function stale() {
  if (!existsSync(join(root, 'node_modules', '.package-lock.json')))
    return 'npm packages are not installed yet';
  const wanted = json('package-lock.json').packages;
  const installed = json('node_modules', '.package-lock.json').packages;
  for (const [path, entry] of Object.entries(wanted)) {
    if (path.includes('node_modules/')) {
      const have = installed[path];
      if (!have && !entry.optional) return `${path} is missing`;
      if (have && have.version !== entry.version)
        return `${path} is ${have.version}, the lockfile says ${entry.version}`;
      if (have && !existsSync(join(root, path))) return `${path} is missing`;
    } else if (existsSync(join(root, path, 'package.json'))) {
      const now = json(path, 'package.json');
      for (const field of ['dependencies', 'devDependencies']) {
        if (JSON.stringify(sorted(now[field])) !== JSON.stringify(sorted(entry[field]))) {
          return `${field} of ${now.name} changed since the last install`;
        }
      }
    }
  }
  return undefined;
}

const sorted = (record = {}) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Hookline needs Node.js 20.19 or later; this is ${process.versions.node}.`);
  process.exit(1);
}

const reason = stale();
if (reason) {
  console.error(`setup: ${reason}; running npm install`);
  // npm sets the path of its own script; without it, the shell looks up npm (a .cmd file on Windows).
  const npm = process.env.npm_execpath;
  const install = ['install', '--no-fund', '--no-audit', '--loglevel=error'];
  const { status } = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...install], { cwd: root, stdio: ['ignore', 2, 2] })
    : spawnSync(`npm ${install.join(' ')}`, { cwd: root, stdio: ['ignore', 2, 2], shell: true });
  if (status !== 0) {
    console.error('setup: npm install failed; its own message stands above');
    process.exit(1);
  }
}
