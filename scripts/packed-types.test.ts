import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
mkdirSync(join(root, '.test-results'), { recursive: true });
// Inside the checkout, so that what the packages depend on resolves; the packages themselves come from the tarballs.
const folder = mkdtempSync(join(root, '.test-results', 'types-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports: Readonly<Record<string, unknown>>;
}

const manifests = readdirSync(join(root, 'packages'))
  .map((name) => join(root, 'packages', name))
  .map((path) => ({
    path,
    manifest: JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest,
  }))
  .filter(({ manifest }) => !manifest.private);

/** A run of vitest alone may find no declarations built, and says that it skipped. */
const isBuilt = manifests.every(({ path }) => existsSync(join(path, 'dist', 'index.d.cts')));
if (!isBuilt && process.env['CI'])
  throw new Error('The declarations are not built: run `npm run build` first.');

/** Every entry that can be imported with types, as a user writes it. */
const entries = manifests.flatMap(({ manifest }) =>
  Object.entries(manifest.exports)
    .filter(([, target]) => typeof target === 'object')
    .map(([subpath]) => manifest.name + subpath.slice(1)),
);

/** Packs the packages and unpacks them where an installation would put them. */
function install(): void {
  const packed = execFileSync(
    'npm',
    [
      'pack',
      '--json',
      '--ignore-scripts',
      '--pack-destination',
      folder,
      ...manifests.map(({ path }) => path),
    ],
    { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  for (const { name, filename } of JSON.parse(packed) as { name: string; filename: string }[]) {
    const target = join(folder, 'node_modules', ...name.split('/'));
    mkdirSync(target, { recursive: true });
    execFileSync('tar', ['-xzf', join(folder, filename), '-C', target, '--strip-components=1']);
  }
}

/** The declarations that are shipped: what they refer to must be there for who installs them. */
function declarations(): string[] {
  return manifests
    .map(({ manifest }) => join(folder, 'node_modules', manifest.name))
    .flatMap((shipped) =>
      readdirSync(shipped, { recursive: true, encoding: 'utf8' })
        .filter((path) => /\.d\.c?ts$/.test(path))
        .map((path) => readFileSync(join(shipped, path), 'utf8')),
    );
}

const everyEntry = entries.map((id, index) => `export * as e${index} from '${id}';\n`).join('');

/** Bots as their authors write them: the handler apart or in place, in a router, with and without schemas. */
const bots = `
import { type CallHandler, createBot, createRouter } from '@hookline/server';
import { Type } from '@sinclair/typebox';
import { linkedCall } from '@hookline/testing';

const apart: CallHandler = async (call) => ({ customer: call.inputs['customerId'] ?? '' });
createBot({ auth: 'none' }, apart);
createBot({ auth: 'none' }, async (call) => ({ length: String(call.inputs['customerId']?.length) }));
createBot({ auth: 'none' }, async () => {});
const router = createRouter().bot('apart', apart).bot('place', async (call) => ({ id: call.id })).fallback(apart);
createBot({ auth: 'none' }, router);
linkedCall(() => apart);
linkedCall(() => async (call) => ({ id: call.id }));

const schemas = {
  inputs: Type.Object({ customerId: Type.String() }),
  outputs: Type.Object({ length: Type.String() }),
};
createBot({ auth: 'none', ...schemas }, async (call) => ({ length: String(call.inputs.customerId.length) }));
createRouter().bot('typed', schemas, async (call) => ({ length: call.inputs.customerId }));
// @ts-expect-error: an output is a string
createBot({ auth: 'none' }, async () => ({ length: 1 }));
// @ts-expect-error: the schema has no such input
createBot({ auth: 'none', ...schemas }, async (call) => ({ length: call.inputs.custmerId }));
`;

/** What the compiler says of a program, declarations of dependencies included. */
function errorsOf(file: string, options: ts.CompilerOptions, source = everyEntry): string[] {
  const path = join(folder, file);
  writeFileSync(path, source);
  const program = ts.createProgram([path], {
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts', 'lib.es2023.array.d.ts'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
    ...options,
  });
  return (
    ts
      .getPreEmitDiagnostics(program)
      // An optional peer's own declarations need the browser's, and do not compile without skipLibCheck themselves.
      .filter((found) => !found.file?.fileName.includes('/node_modules/@openai/'))
      .map(
        (found) =>
          `${found.file?.fileName.replace(folder, '') ?? ''}: ${ts.flattenDiagnosticMessageText(found.messageText, '\n')}`,
      )
  );
}

describe.skipIf(!isBuilt)('the types of the packed tarballs', () => {
  beforeAll(install, 120_000);

  test('compile with skipLibCheck: false, imported and required, as NodeNext and bundlers resolve them', () => {
    expect(entries.length).toBeGreaterThan(10);
    expect(declarations().filter((text) => text.includes('DECISIONS.md'))).toEqual([]);
    const { NodeNext, ESNext } = ts.ModuleKind;
    const asNode = { module: NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext };
    const asBundler = { module: ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler };
    expect({
      import: errorsOf('user.mts', asNode),
      require: errorsOf('user.cts', asNode),
      bundler: errorsOf('user.ts', asBundler),
    }).toEqual({ import: [], require: [], bundler: [] });
  }, 120_000);

  test('take a handler with strict on and off', () => {
    const asNode = { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext };
    const loose = { ...asNode, strict: false, exactOptionalPropertyTypes: false };
    expect({
      strict: errorsOf('strict.mts', asNode, bots),
      loose: errorsOf('loose.mts', loose, bots),
    }).toEqual({ strict: [], loose: [] });
  }, 120_000);
});
