import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the repository. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Base of links to files that are not pages of the site. */
export const REPOSITORY = 'https://github.com/hookline/hookline';

/** A Markdown file of the repository and its route on the site. */
export interface Page {
  /** Its path in the repository: `packages/server/README.md`. */
  readonly source: string;
  /** Its path on the site, without an extension: `packages/server`. */
  readonly route: string;
}

/** Files that are not pages: for coding agents, or written by changesets. */
const EXCLUDED = /(^|\/)(AGENTS|CHANGELOG)\.md$/;

/** Path in the repository → route on the site; the first match wins. */
const ROUTES: readonly (readonly [RegExp, string])[] = [
  [/^README\.md$/, 'start'],
  [/^ERRORS\.md$/, 'reference/errors'],
  [/^([A-Z]+)\.md$/, 'project/$1'],
  [/^docs\/([\w-]+)\.md$/, '$1'],
  [/^packages\/([\w-]+)\/README\.md$/, 'packages/$1'],
  [/^packages\/[\w-]+\/([A-Z]+)\.md$/, 'reference/$1'],
  [/^packages\/[\w-]+\/docs\/([\w-]+)\.md$/, '$1'],
  [/^packages\/protocol\/vectors\/README\.md$/, 'reference/vectors'],
  [/^apps\/([\w-]+)\/README\.md$/, 'examples/$1'],
  [/^deploy\/README\.md$/, 'deploy'],
  [/^simulation\/README\.md$/, 'project/simulation'],
];

const markdownIn = (folder: string) =>
  existsSync(join(ROOT, folder))
    ? readdirSync(join(ROOT, folder))
        .filter((name) => name.endsWith('.md'))
        .map((name) => join(folder, name).replaceAll('\\', '/'))
    : [];
const foldersIn = (folder: string) =>
  readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${folder}/${name}`);

/** Lists every Markdown file that is a page. The route follows from the folder. */
export function listPages(): Page[] {
  const packages = foldersIn('packages');
  const folders = [
    '.',
    'docs',
    ...packages,
    ...packages.map((path) => `${path}/docs`),
    'packages/protocol/vectors',
    ...foldersIn('apps'),
    'deploy',
    'simulation',
  ];
  return folders
    .flatMap(markdownIn)
    .filter((source) => !EXCLUDED.test(source))
    .map((source) => ({ source, route: routeOf(source) }));
}

/** @throws Error if no rule matches */
export function routeOf(source: string): string {
  const rule = ROUTES.find(([pattern]) => pattern.test(source));
  if (!rule) throw new Error(`${source}: no route in apps/docs/src/pages.ts fits this path; add one.`);
  return source.replace(rule[0], rule[1]).toLowerCase();
}

/** The text of a file of the repository. */
export function readSource(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The name, folder and description of each public package. */
export function publicPackages(): { name: string; folder: string; description: string }[] {
  return foldersIn('packages')
    .map((folder) => ({ folder, ...JSON.parse(readSource(`${folder}/package.json`)) }))
    .filter((manifest) => manifest.private !== true)
    .map(({ name, folder, description }) => ({ name, folder, description }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The anchor of a heading as GitHub makes it, so that a link works in the repository and on the site. */
export function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}
