// Writes an AGENTS.md for each public package, which is part of its tarball, and llms.txt at the root, for coding agents
// that use Hookline. Run `node scripts/agents.mjs`; with `--check` it only reports outdated files.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const text = (path) => readFileSync(join(root, path), 'utf8');

/** Rules that avoid common mistakes, by package; `every` applies to all. */
const RULES = {
  every: [
    'Install the same version of all Hookline packages.',
    'Errors have a `code`: compare the `code`, never the `message`. `isHooklineError(value)` of `@hookline/runtime` detects Hookline errors.',
    'Unknown options throw an error, so do not invent options. The list of exported names below is complete.',
    'Do not make a statement about Genesys Cloud unless a clause with basis `platform` supports it; `npx hookline explain AC-OPEN-3` prints the basis of a clause.',
  ],
  '@hookline/server': [
    'A handler is one async function per call. It returns the outputs, an object of strings (convert values with `String(value)`), or nothing. If it throws, the call takes the failure path; `throw new CallFailure(text)` sends `text` to the flow.',
    'Use `await call.play(source)` for audio; `call.sendFrame` does not pace the audio. Do not report the start and the end of playback: the client does that.',
    'A bot cannot transfer a call: return an output, and let the flow branch on it.',
    'If the integration has no client secret, register its API key with `null`. Use `auth: "none"` only in tests.',
    'After the call has ended, methods reject with code `CALL_ENDED`: do not catch this error in the handler.',
  ],
  '@hookline/client': [
    'Inputs and outputs are strings. `result.path` is `success`, `failure` or `disconnected`; a failed call does not throw.',
    'In tests, use `linkedCall` of `@hookline/testing` with its `VirtualClock`, and never wait for real time.',
  ],
  '@hookline/testing': [
    'Time advances only when the test advances the clock, for example with `await clock.run(promise)`. If a handler waits for something in real time, pass that promise to `clock.hold(promise)`.',
  ],
  '@hookline/realtime': [
    'Return `realtime(call, service, options)` from the handler. Tools end or transfer the call; the handler must not end it.',
    'Test with `scripted()` of `@hookline/realtime/testing`, which needs no account.',
  ],
  hookline: [
    'Results are written to stdout, everything else to stderr; `--json` prints one object per line, the result last. Exit codes: 0 success, 1 an expectation or a check failed, 2 usage error, 3 credentials refused, 4 unreachable, 5 failure path, 6 protocol violation, 7 machine too slow, 8 internal error, 130 interrupted.',
    'In CI, run `hookline check URL --start COMMAND`: it starts the bot, checks it and stops it.',
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

${manifest.description} README.md in the same folder is the manual; the declarations (\`.d.ts\`) document types, units, defaults and errors.

${rules.map((rule) => `- ${rule}`).join('\n')}
${entries
  .map(
    ({ id, names }) =>
      `\n## ${id}\n\n${names.length > 0 ? names.map((name) => `\`${name}\``).join(', ') : 'See the README.'}\n`,
  )
  .join('')}`;
}

const index = `# Hookline

> Call, build and test Genesys Cloud Audio Connector bots without a Genesys org: both sides of the AudioHook protocol, version 2, as npm packages and a command.

Every protocol rule is a clause with an id and a basis (platform, sample, third-party or assumed). Assumptions are never stated as facts about Genesys Cloud.

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
