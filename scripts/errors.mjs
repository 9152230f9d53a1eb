// Writes ERRORS.md, the table of every error code of every package, from the unions `…ErrorCode` in the sources:
// `node scripts/errors.mjs`. With `--check` it only reports whether the file is up to date.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'ERRORS.md');

const UNION = /export type \w+ErrorCode =((?:\s*(?:\/\*\*[^/]*\*\/\s*)?\|?\s*'[A-Z_]+')+);/g;
const MEMBER = /\/\*\* ([^/]*?) \*\/\s*\|? ?'([A-Z_]+)'/g;
/** Every way in which a code becomes a usage error; a test fails if the sources have another one. */
const USAGE = [
  // The list of a package's own factory.
  /errorFactory<\w+>\(\[([^\]]*)\]/g,
  // An error that is thrown on the spot.
  /('[A-Z_]+'),[^;]*?\{ isUsage: true/g,
  // The checks of runtime, which throw only usage errors.
  /\bcheck(?:Argument|OptionNames)(?:<[^(]*>)?\(\s*('[A-Z_]+')/g,
];
/** The same by the beginning of the code. */
const USAGE_PREFIX = /isUsage: code\.startsWith\('([A-Z_]+)'\)/g;

/** The codes of a package in the order of the sources. */
function codesOf(folder) {
  const src = join(root, 'packages', folder, 'src');
  const texts = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .sort()
    .map((path) => readFileSync(join(src, path), 'utf8'));
  const usage = new Set(
    texts.flatMap((text) =>
      USAGE.flatMap((pattern) =>
        [...text.matchAll(pattern)].flatMap(([, list]) =>
          [...list.matchAll(/'(\w+)'/g)].map(([, code]) => code),
        ),
      ),
    ),
  );
  const prefixes = texts.flatMap((text) => [...text.matchAll(USAGE_PREFIX)].map(([, prefix]) => prefix));
  return texts.flatMap((text) =>
    [...text.matchAll(UNION)].flatMap(([, members]) =>
      [...members.matchAll(MEMBER)].map(([, meaning, code]) => ({
        code,
        usage: usage.has(code) || prefixes.some((prefix) => code.startsWith(prefix)),
        meaning: meaning.replace(/\s*\n\s*\*\s*/g, ' '),
      })),
    ),
  );
}

/** A Markdown table with columns of equal width. */
function table([head, ...rows]) {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

const packages = readdirSync(join(root, 'packages'))
  .sort()
  .map((folder) => ({
    name: JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8')).name,
    codes: codesOf(folder),
  }))
  .filter(({ codes }) => codes.length > 0);

const page = `# Error codes

What Hookline throws or rejects with is a \`HooklineError\` of \`@hookline/runtime\`: an \`Error\` with a \`code\` of the form \`AREA_REASON\`, a message for people, and \`cause\` where another error lies underneath. \`isUsage\` is true where the program or the user passed a value that cannot be used and nothing else went wrong; the command then exits with 2. \`isHooklineError(value)\` recognises these errors from the ESM and the CJS build alike. Errors of your own code, such as of a schema or a dialler, pass unchanged; the matchers of \`@hookline/testing/vitest\` and the Artillery engine throw plain errors for their runners.

A call that fails does not throw: its result has a \`cause\`, listed in [packages/client](packages/client/README.md).

This page is written by \`node scripts/errors.mjs\` from the sources.
${packages
  .map(
    ({ name, codes }) => `
## ${name}

${table([['code', 'usage', 'meaning'], ...codes.map(({ code, usage, meaning }) => [`\`${code}\``, usage ? 'yes' : '', meaning])])}
`,
  )
  .join('')}`;

if (!process.argv.includes('--check')) {
  writeFileSync(target, page);
} else if (readFileSync(target, 'utf8') !== page) {
  console.error('ERRORS.md is out of date: run `node scripts/errors.mjs`');
  process.exit(1);
}
