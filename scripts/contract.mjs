// Compares tests, code and docs with the clauses of the protocol. Fails on an id without a clause, on a clause that no
// test verifies, and on a known gap that has been closed. `--root DIR` checks another tree.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ID = /\bAC-[A-Z]+-\d+\b/g;
const LITERAL_IDS = /\bverifies\(\s*((?:'AC-[A-Z]+-\d+',\s*)+)/g;
const IGNORED = new Set(['node_modules', 'dist', '.git', '.turbo', '.test-results', '.hookline']);

const flag = process.argv.indexOf('--root');
const root = flag === -1 ? fileURLToPath(new URL('..', import.meta.url)) : process.argv[flag + 1];

/** Every text file below the root, as [path, text]. */
function* files(folder = root) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !IGNORED.has(entry.name)) yield* files(path);
    else if (entry.isFile() && /\.(?:[cm]?[jt]sx?|md|json|ya?ml|py)$/.test(entry.name)) {
      yield [relative(root, path).split(sep).join('/'), readFileSync(path, 'utf8')];
    }
  }
}

const all = [...files()];
const mentioned = new Map();
const verified = new Map();
const note = (map, id, path) => map.set(id, (map.get(id) ?? new Set()).add(path));

/** The tests of this script and of the manifest contain ids that must not exist. */
const ABOUT_IDS = /^scripts\/contract|\/clauses\/manifest\.test\.ts$/;

for (const [path, text] of all) {
  if (ABOUT_IDS.test(path)) continue;
  for (const [id] of text.matchAll(ID)) note(mentioned, id, path);
  if (/\.test\.ts$/.test(path)) {
    for (const [, ids] of text.matchAll(LITERAL_IDS))
      for (const [id] of ids.matchAll(ID)) note(verified, id, path);
  }
  // The test vectors verify every clause that they name for a refusal.
  if (path.startsWith('packages/protocol/vectors/') && path.endsWith('.json')) {
    for (const [, id] of text.matchAll(/"clause":\s*"(AC-[A-Z]+-\d+)"/g)) note(verified, id, path);
  }
}

const clauses = all
  .filter(([path]) => path.startsWith('packages/protocol/src/clauses/') && !path.endsWith('.test.ts'))
  .flatMap(([, text]) => [...text.matchAll(/\bid: '(AC-[A-Z]+-\d+)'/g)].map(([, id]) => id));
const gapsFile = join(root, 'scripts/contract-gaps.json');
/** Clauses that no test verifies yet, each with the reason. */
const gaps = existsSync(gapsFile) ? JSON.parse(readFileSync(gapsFile, 'utf8')) : {};

const problems = [
  ...(clauses.length === 0 ? ['no clause was found below packages/protocol/src/clauses'] : []),
  ...[...mentioned]
    .filter(([id]) => !clauses.includes(id))
    .map(([id, paths]) => `${id} is no clause, but is mentioned in ${[...paths].join(', ')}`),
  ...clauses
    .filter((id) => !verified.has(id) && gaps[id] === undefined)
    .map(
      (id) =>
        `${id} is verified by no test: title one with verifies('${id}', …), or enter it in scripts/contract-gaps.json`,
    ),
  ...Object.keys(gaps)
    .filter((id) => verified.has(id))
    .map(
      (id) =>
        `${id} is verified in ${[...verified.get(id)].join(', ')}: take it out of scripts/contract-gaps.json`,
    ),
  ...Object.keys(gaps)
    .filter((id) => !clauses.includes(id))
    .map((id) => `${id} in scripts/contract-gaps.json is no clause`),
];

for (const problem of problems) console.error(problem);
const verifiedCount = clauses.filter((id) => verified.has(id)).length;
console.log(
  `${verifiedCount} of ${clauses.length} clauses verified, ${Object.keys(gaps).length} known gaps, ${problems.length} problems`,
);
process.exit(problems.length > 0 ? 1 : 0);
