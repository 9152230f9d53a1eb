// Packs every public package. Fails if a tarball is larger than its limit, contains a source map, or has an entry whose
// types are missing or do not match its code in one of TypeScript's module resolutions.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The maximum size of a packed tarball, in kB. Raise a limit only in the change that needs it. */
const LIMITS_KB = {
  'artillery-engine-hookline': 15,
  'create-hookline': 20,
  hookline: 225,
  '@hookline/audio': 110,
  '@hookline/bots': 220,
  '@hookline/client': 170,
  '@hookline/conformance': 160,
  '@hookline/load': 70,
  '@hookline/protocol': 190,
  '@hookline/realtime': 160,
  '@hookline/runtime': 40,
  '@hookline/scenario': 95,
  '@hookline/server': 245,
  '@hookline/studio': 130,
  '@hookline/testing': 35,
  '@hookline/trace': 120,
  '@hookline/vad': 480,
};

const folders = readdirSync(join(root, 'packages')).map((name) => join('packages', name));
const isPublic = (folder) => !JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).private;
const folder = mkdtempSync(join(tmpdir(), 'hookline-tarballs-'));
const packed = JSON.parse(
  execFileSync(
    'npm',
    [
      'pack',
      '--json',
      '--ignore-scripts',
      '--pack-destination',
      folder,
      ...folders.filter(isPublic).map((f) => `./${f}`),
    ],
    {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  ),
);

const problems = packed.flatMap(({ name, size, files }) => {
  const limit = LIMITS_KB[name];
  const maps = files.filter(({ path }) => path.endsWith('.map'));
  return [
    ...(limit === undefined ? [`${name} has no limit in scripts/package-sizes.mjs`] : []),
    ...(size > limit * 1000 ? [`${name} weighs ${Math.ceil(size / 1000)} kB, its limit is ${limit} kB`] : []),
    ...maps.map(({ path }) => `${name} holds the source map ${path}; remove dist and build again`),
  ];
});

/** Entries that are not modules. */
const DATA = /\.(?:json|yaml)$/;

for (const { name, filename } of packed) {
  const { types, problems: wrong = [] } = await checkPackage(
    createPackageFromTarballData(readFileSync(join(folder, filename))),
  );
  if (types === false) continue;
  for (const { kind, entrypoint = '', resolutionKind = '' } of wrong) {
    if (!DATA.test(entrypoint)) problems.push(`${name}: ${kind} ${entrypoint} ${resolutionKind}`);
  }
}
rmSync(folder, { recursive: true });

for (const problem of problems) console.error(problem);
for (const { name, size } of packed)
  console.log(`${name}: ${Math.ceil(size / 1000)} of ${LIMITS_KB[name]} kB`);
process.exit(problems.length > 0 ? 1 : 0);
