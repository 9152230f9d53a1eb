// Writes scripts/public-names.json: the names that VERSIONING.md calls public, read from the build.
// `node scripts/public-names.mjs`; with `--check` it only lists added and removed names.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'scripts/public-names.json');
const text = (path) => readFileSync(join(root, path), 'utf8');
const sorted = (names) => [...new Set(names)].sort();

const packages = readdirSync(join(root, 'packages'))
  .map((folder) => JSON.parse(text(`packages/${folder}/package.json`)))
  .filter((manifest) => !manifest.private);

const { CAUSES, ERROR_TYPES } = await import('@hookline/client');
const { clauses } = await import('@hookline/protocol');
const { CHECKS } = await import('@hookline/conformance');
const { createBot } = await import('@hookline/server');

/** The flags of each verb, from the shell completion. */
function flags() {
  const script = execFileSync(
    process.execPath,
    [join(root, 'packages/cli/bin/hookline.mjs'), 'completion', 'bash'],
    { encoding: 'utf8' },
  );
  return Object.fromEntries(
    [...script.matchAll(/^ +([\w-]+)\) words='(--[^']*)' ;;$/gm)].map(([, verb, words]) => [
      verb,
      sorted(words.split(' ')),
    ]),
  );
}

/** `success: 0` and so on, from the table of exit codes. */
function exitCodes() {
  const [, table] = /export const EXIT = \{([^}]*)\}/.exec(text('packages/cli/src/exit-codes.ts'));
  return Object.fromEntries(
    [...table.matchAll(/(\w+): (\d+)/g)].map(([, name, code]) => [name, Number(code)]),
  );
}

/** Metrics with their kind. */
function metrics() {
  const lines = createBot({ auth: { key: 'c2VjcmV0' } }, async () => {}).metrics();
  return Object.fromEntries(
    [...lines.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, kind]) => [name, kind]),
  );
}

/** Environment variables that the command reads. */
function environment() {
  const folder = join(root, 'packages/cli/src');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /(?<!\.test)\.ts$/.test(path),
  );
  return sorted(
    sources.flatMap((path) => text(join('packages/cli/src', path)).match(/\bHOOKLINE_[A-Z_]+\b/g) ?? []),
  );
}

const names = {
  packages: Object.fromEntries(
    packages.map((manifest) => [
      manifest.name,
      { exports: Object.keys(manifest.exports ?? {}), bin: Object.keys(manifest.bin ?? {}) },
    ]),
  ),
  flags: flags(),
  exitCodes: exitCodes(),
  environment: environment(),
  causes: Object.keys(CAUSES),
  errorTypes: ERROR_TYPES,
  errorCodes: sorted([...text('ERRORS.md').matchAll(/^\| `(\w+)`/gm)].map(([, code]) => code)),
  clauses: sorted([...clauses].map(({ id }) => id)),
  checks: sorted([...CHECKS].map(({ id }) => id)),
  metrics: metrics(),
};

/** `/flags/call/3 = "--gain"` and so on: every leaf as one line. */
function leaves(value, path = '') {
  if (Array.isArray(value)) return value.map((item) => `${path}: ${item}`);
  if (typeof value !== 'object') return [`${path}: ${value}`];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, path === '' ? key : `${path}.${key}`));
}

if (!process.argv.includes('--check')) {
  writeFileSync(target, `${JSON.stringify(names, undefined, 2)}\n`);
} else {
  const listed = new Set(leaves(JSON.parse(readFileSync(target, 'utf8'))));
  const built = new Set(leaves(names));
  const removed = [...listed].filter((leaf) => !built.has(leaf));
  const added = [...built].filter((leaf) => !listed.has(leaf));
  for (const leaf of removed) console.error(`removed: ${leaf}`);
  for (const leaf of added) console.error(`new: ${leaf}`);
  if (removed.length + added.length > 0) {
    console.error(
      'Public names changed. Removing a name is a breaking change (VERSIONING.md). If intended: node scripts/public-names.mjs',
    );
    process.exit(1);
  }
}
