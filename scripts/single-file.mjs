// Builds the `hookline` command as one file that needs only `node`: `npm run single-file [FILE]`. It contains the files
// that the packages read at run time (speech, schemas, the page of the studio, the worker of a load test), and unpacks
// them to the temporary folder on first use.
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = resolve(process.argv[2] ?? join(root, 'single-file', 'hookline.mjs'));
const { version } = JSON.parse(readFileSync(join(root, 'packages/cli/package.json'), 'utf8'));

const settings = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: true,
  legalComments: 'none',
  metafile: true,
  write: false,
  // The built packages, as npm installs them, not their sources.
  tsconfigRaw: '{}',
  logLevel: 'warning',
  // Chunks that contain only imports can be ignored.
  logOverride: { 'ignored-bare-import': 'silent' },
};

/** The folder of a package among the unpacked files. */
const unpackedAs = (folder) =>
  folder === 'cli' ? 'node_modules/hookline' : `node_modules/@hookline/${folder}`;

const worker = await build({
  ...settings,
  format: 'esm',
  entryPoints: ['packages/load/dist/worker.js'],
  banner: {
    js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
  },
});

/** The files to unpack, as base64 by path. */
const files = {
  [`${unpackedAs('load')}/package.json`]: base64('{"type":"module"}'),
  [`${unpackedAs('load')}/dist/worker.js`]: base64(worker.outputFiles[0].contents),
};
for (const [folder, path] of [
  ['bots', 'speech'],
  ['protocol', 'package.json'],
  ['protocol', 'schema'],
  ['studio', 'dist/page'],
]) {
  for (const file of filesAt(join(root, 'packages', folder, path)))
    files[`${unpackedAs(folder)}/${relative(join(root, 'packages', folder), file)}`] = base64(
      readFileSync(file),
    );
}
const packed = gzipSync(JSON.stringify(files), { level: 9 }).toString('base64');
const digest = createHash('sha256').update(packed).digest('hex').slice(0, 16);

/** Code in the bundle that returns the URL of a module among the unpacked files. */
const UNPACK = `
import { createRequire as __createRequire } from 'node:module';
import * as __fs from 'node:fs';
import { tmpdir as __tmpdir } from 'node:os';
import { dirname as __dirnameOf, join as __join } from 'node:path';
import { pathToFileURL as __toUrl } from 'node:url';
import { gunzipSync as __gunzip } from 'node:zlib';
const require = __createRequire(import.meta.url);
const __version = ${JSON.stringify(version)};
let __unpacked;
function __fileOf(module) {
  __unpacked ??= __unpack();
  return __toUrl(__join(__unpacked, module)).href;
}
function __unpack() {
  const folder = __join(__tmpdir(), 'hookline-' + __version + '-${digest}');
  try {
    const { uid, mode } = __fs.lstatSync(folder);
    // Whoever else can write there could put other files in their place.
    if (process.getuid === undefined || (uid === process.getuid() && (mode & 0o22) === 0)) return folder;
  } catch {}
  let fresh;
  try {
    fresh = __fs.mkdtempSync(folder + '-');
    for (const [path, bytes] of Object.entries(JSON.parse(__gunzip(Buffer.from(__packed(), 'base64'))))) {
      __fs.mkdirSync(__join(fresh, __dirnameOf(path)), { recursive: true });
      __fs.writeFileSync(__join(fresh, path), Buffer.from(bytes, 'base64'));
    }
  } catch (error) {
    process.stderr.write(
      'hookline: the files of this command cannot be unpacked to ' + __tmpdir() + ': ' + error.message +
        '. Set TMPDIR to a folder that can be written to.\\n',
    );
    process.exit(8);
  }
  try {
    __fs.renameSync(fresh, folder);
    return folder;
  } catch {
    // Another process was quicker, or somebody else has the name: these files serve this process alone.
    process.on('exit', () => __fs.rmSync(fresh, { recursive: true, force: true }));
    return fresh;
  }
}
`;

const OWN_MODULES = /packages[\\/]([^\\/]+)[\\/]dist[\\/].*\.js$/;
const bundle = await build({
  ...settings,
  format: 'esm',
  stdin: { contents: `import { main } from 'hookline'; await main();`, resolveDir: root, loader: 'js' },
  banner: { js: `#!/usr/bin/env node${UNPACK}` },
  plugins: [
    {
      name: 'own files',
      setup({ onLoad }) {
        onLoad({ filter: OWN_MODULES }, ({ path }) => {
          const [, folder] = OWN_MODULES.exec(path);
          const module = JSON.stringify(`${unpackedAs(folder)}/dist/index.js`);
          return {
            contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', `__fileOf(${module})`),
          };
        });
      },
    },
  ],
});

mkdirSync(dirname(out), { recursive: true });
writeFileSync(
  out,
  `${bundle.outputFiles[0].text}\nfunction __packed() { return "${packed}"; }\n${notices([bundle.metafile, worker.metafile])}`,
);
chmodSync(out, 0o755);

function base64(content) {
  return Buffer.from(content).toString('base64');
}

function filesAt(path) {
  if (!existsSync(path)) throw new Error(`${relative(root, path)} is missing: run \`npm run build\` first.`);
  const entries = path.endsWith('.json')
    ? undefined
    : readdirSync(path, { recursive: true, withFileTypes: true });
  return (
    entries?.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name)) ?? [path]
  );
}

/** The licences of the bundled packages, as comments at the end of the file. */
function notices(metafiles) {
  const folders = new Set(
    metafiles
      .flatMap(({ inputs }) => Object.keys(inputs))
      .flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []),
  );
  for (const folder of ['bots/speech', 'studio', 'trace', 'vad', 'server']) folders.add(`packages/${folder}`);
  const texts = [...folders].flatMap((folder) => {
    const names = readdirSync(join(root, folder)).filter((name) =>
      /^(licen[cs]e|copying|notice|third_party)/i.test(name),
    );
    return names.map(
      (name) =>
        `${folder.replace(/^.*node_modules\//, '')}, ${name}\n\n${readFileSync(join(root, folder, name), 'utf8').trim()}`,
    );
  });
  return `/*\n${texts.join('\n\n----\n\n').replaceAll('*/', '* /')}\n*/\n`;
}
