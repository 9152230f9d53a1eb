// Writes AGENTS.md of each public package, which is part of its tarball, and llms.txt: what a coding agent needs to
// write code with Hookline. `node scripts/agents.mjs`; with `--check` it only reports outdated files.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const text = (path) => readFileSync(join(root, path), 'utf8');

/** Frequent mistakes, by package; `every` applies to all. */
const RULES = {
  every: [
    'Install the same version of every Hookline package.',
    'An error has a `code`; match on it and never on the `message`. `isHooklineError(value)` of `@hookline/runtime` recognises them.',
    'Unknown option names are refused: do not invent options. The exported names below are all there are.',
    'Say nothing about what Genesys Cloud does that is not a clause with basis `platform`; `npx hookline explain AC-OPEN-3` tells the basis of one.',
  ],
  '@hookline/server': [
    'A handler is one async function a call. What it returns are outputs: an object of strings (`String(value)`), or nothing. What it throws is the failure path; `throw new CallFailure(text)` gives the flow its words.',
    'Use `await call.play(source)` for audio; `call.sendFrame` is not paced. Do not send the beginning and end of playback yourself.',
    'There is no transfer: return an output that the flow branches on.',
    'Register an API key with `null` when the integration has no client secret; leave nobody in by `auth: "none"` outside of tests.',
    'After the call has ended, methods reject with code `CALL_ENDED`: let it leave the handler.',
  ],
  '@hookline/client': [
    'Inputs and outputs are strings. `result.path` is `success`, `failure` or `disconnected`; a failed call does not throw.',
    'In tests use `linkedCall` of `@hookline/testing` with its `VirtualClock`, and never wait by real time.',
  ],
  '@hookline/testing': [
    'Time moves only when the clock is told to: `await clock.run(promise)`. What a handler itself waits for in real time it gives to `clock.hold(promise)`.',
  ],
  '@hookline/realtime': [
    'Return `realtime(call, service, options)` from the handler. Tools end or transfer the call; do not end it beside them.',
    'Test with `scripted()` of `@hookline/realtime/testing`, which needs no account.',
  ],
  hookline: [
    'Results go to stdout, all else to stderr; `--json` prints one object a line, the result last. Exit codes: 0 success, 1 an expectation or check failed, 2 usage, 3 refused credentials, 4 unreachable, 5 failure path, 6 protocol broken, 7 too slow a machine, 8 internal, 130 interrupted.',
    '`hookline check URL --start COMMAND` is the one command for CI.',
  ],
};

/** The exported names of an entry, from its API report. */
function exported(folder, entry) {
  const path = join('packages', folder, 'etc', `${entry}.api.md`);
  if (!existsSync(join(root, path))) return [];
  const report = text(path);
  const names = [
    ...report.matchAll(
      /^export (?:declare )?(?:abstract )?(?:async )?(?:const|function|class|interface|type|enum) (\w+)/gm,
    ),
  ].map(([, name]) => name);
  const lists = [...report.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list]) =>
    list
      .split(',')
      .map(
        (item) =>
          item
            .trim()
            .replace(/^type /, '')
            .split(/ as /)
            .at(-1) ?? '',
      )
      .filter(Boolean),
  );
  return [...new Set([...names, ...lists])].sort();
}

const packages = readdirSync(join(root, 'packages'))
  .map((folder) => ({ folder, manifest: JSON.parse(text(join('packages', folder, 'package.json'))) }))
  .filter(({ manifest }) => !manifest.private);

function agentsPage({ folder, manifest }) {
  const entries = Object.entries(manifest.exports ?? {})
    .filter(([, target]) => typeof target === 'object')
    .map(([subpath]) => ({
      id: manifest.name + subpath.slice(1),
      names: exported(folder, subpath === '.' ? 'index' : subpath.slice(2)),
    }));
  const rules = [...(RULES[manifest.name] ?? []), ...RULES.every];
  return `# ${manifest.name}, for coding agents

${manifest.description} The README.md beside this file is the manual; the declarations (\`.d.ts\`) tell shapes, units, defaults and errors.

${rules.map((rule) => `- ${rule}`).join('\n')}
${entries
  .map(
    ({ id, names }) =>
      `\n## ${id}\n\n${names.length > 0 ? names.map((name) => `\`${name}\``).join(', ') : 'See the README.'}\n`,
  )
  .join('')}`;
}

const index = `# Hookline

> Genesys Cloud Audio Connector on your own desk: call your bot, build your bot, prove your bot, with no Genesys org. Both ends of the AudioHook protocol, version 2, as npm packages, and a command.

Every rule of the wire is a clause with an id and a basis (platform, sample, third-party, assumed). Nothing that is assumed is told as a fact about Genesys Cloud.

## Documentation

${[...text('docs/index.md').matchAll(/^- \[([^\]]+)\]\(([^)]+)\)/gm)].map(([, title, link]) => `- [${title}](${link.startsWith('../') ? link.slice(3) : `docs/${link}`})`).join('\n')}

## Packages

${packages.map(({ folder, manifest }) => `- [${manifest.name}](packages/${folder}/README.md): ${manifest.description}`).join('\n')}
`;

const files = new Map([
  ['llms.txt', index],
  ...packages.map((each) => [`packages/${each.folder}/AGENTS.md`, agentsPage(each)]),
]);
const isCheck = process.argv.includes('--check');
for (const [path, content] of files) {
  const isCurrent = existsSync(join(root, path)) && text(path) === content;
  if (isCurrent) continue;
  if (isCheck) {
    console.error(`${path} is out of date: run \`node scripts/agents.mjs\``);
    process.exitCode = 1;
  } else writeFileSync(join(root, path), content);
}
for (const { folder, manifest } of packages)
  if (!manifest.files?.includes('AGENTS.md')) {
    console.error(`packages/${folder}/package.json does not ship AGENTS.md: add it to "files"`);
    process.exitCode = 1;
  }
