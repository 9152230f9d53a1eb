import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/*
 * A program that exports what a package gives it, and emits declarations, must be able to name each type with the
 * package alone. pnpm and Yarn PnP hide the dependencies of a package from the program; then TypeScript stops with TS2742
 * if a type of a dependency is not exported by the package too, and with TS4023 or TS4058 for one of its own.
 */
const root = fileURLToPath(new URL('..', import.meta.url));

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const packages = readdirSync(join(root, 'packages'))
  .map((name) => join(root, 'packages', name))
  .map((folder) => ({
    folder,
    manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest,
  }))
  .filter(({ manifest }) => !manifest.private && typeof manifest.exports?.['.'] === 'object');

const isBuilt = packages.every(({ folder }) => existsSync(join(folder, 'dist', 'index.d.ts')));
if (!isBuilt && process.env['CI']) throw new Error('The packages are not built: run `npm run build` first.');

const layout = realpathSync(mkdtempSync(join(tmpdir(), 'hookline-names-')));
afterAll(() => rmSync(layout, { recursive: true, force: true }));
const inStore = (name: string) =>
  join(layout, 'node_modules/.pnpm', name.replace('/', '+'), 'node_modules', name);

/** Links a package into a `node_modules`; one from outside of this repository with what the checkout has of it. */
function link(name: string, into: string): void {
  const path = join(into, 'node_modules', name);
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  const isOurs = packages.some(({ manifest }) => manifest.name === name);
  symlinkSync(isOurs ? inStore(name) : join(root, 'node_modules', name), path);
}

/** Puts each package next to its own dependencies and no others, as pnpm does. */
function makeStore(): void {
  for (const { folder, manifest } of packages) {
    const target = inStore(manifest.name);
    cpSync(join(folder, 'dist'), join(target, 'dist'), { recursive: true });
    cpSync(join(folder, 'package.json'), join(target, 'package.json'));
    const own = join(layout, 'node_modules/.pnpm', manifest.name.replace('/', '+'));
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }))
      link(name, own);
  }
}

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  strict: true,
  declaration: true,
  skipLibCheck: true,
  types: ['node'],
};

/** The statements which export every part of what an entry exports, one a line. */
function exportsOf(entry: string, as: string, checker: ts.TypeChecker, file: ts.SourceFile): string[] {
  const module = file.statements.find(
    (one): one is ts.ImportDeclaration =>
      ts.isImportDeclaration(one) && (one.moduleSpecifier as ts.StringLiteral).text === entry,
  );
  const symbol = module && checker.getSymbolAtLocation(module.moduleSpecifier);
  if (!symbol) throw new Error(`${entry} has no declarations: run \`npm run build\` first`);
  return checker.getExportsOfModule(symbol).flatMap((exported) => {
    const target = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const [declaration] = target.declarations ?? [];
    // What it passes on from another package is named there.
    if (!declaration?.getSourceFile().fileName.startsWith(inStore(entryPackage(entry)))) return [];
    const name = `${as}.${exported.name}`;
    const lines: string[] = [];
    if (target.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Variable)) lines.push(name);
    if (target.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias | ts.SymbolFlags.Class))
      lines.push(...partsOf(name, checker.getDeclaredTypeOfSymbol(target), declaration, checker));
    return lines;
  });
}

function entryPackage(entry: string): string {
  return /^(?:@[^/]+\/)?[^/]+/.exec(entry)?.[0] ?? entry;
}

/** Functions which return each property of a type, and what a function type takes and returns. */
function partsOf(
  name: string,
  type: ts.Type,
  declaration: ts.Declaration,
  checker: ts.TypeChecker,
): string[] {
  const parameters = (declaration as ts.InterfaceDeclaration).typeParameters?.map(() => 'any') ?? [];
  const spelled = parameters.length > 0 ? `${name}<${parameters.join(', ')}>` : name;
  if (type.isUnion()) return [];
  const properties = checker
    .getPropertiesOfType(type)
    .filter(
      (property) => !property.name.startsWith('__@') && !property.name.startsWith('#') && !isHidden(property),
    )
    .map((property) => `(of: ${spelled}) => of[${JSON.stringify(property.name)}]`);
  const [signature] = type.getCallSignatures();
  if (!signature) return properties;
  const taken = signature.parameters.map((_, index) => `(of: Parameters<${spelled}>) => of[${index}]`);
  return [...properties, ...taken, `(of: ${spelled}, ...given: Parameters<${spelled}>) => of(...given)`];
}

function isHidden(property: ts.Symbol): boolean {
  return (property.declarations ?? []).some(
    (one) =>
      ts.getCombinedModifierFlags(one) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected) ||
      ts.getJSDocTags(one).some(({ tagName }) => tagName.text === 'internal'),
  );
}

/** The packages of this repository that a program with this one has: those that its README installs. */
function installed(folder: string, name: string): string[] {
  const commands = readFileSync(join(folder, 'README.md'), 'utf8').match(/^npm install .*$/gm) ?? [];
  // Its users have the bot that they test.
  const bot = name === '@hookline/testing' ? ['@hookline/server'] : [];
  return [name, ...bot, ...(commands.join(' ').match(/@hookline\/\w+/g) ?? [])];
}

/** The declarations that were read: most belong to several programs. */
const read = new Map<string, ts.SourceFile | undefined>();

/** What a program compiles with; its own file changes. */
function hostIn(program: string, own: string): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  return {
    ...host,
    getCurrentDirectory: () => program,
    getSourceFile(path, ...rest) {
      if (path === own) return host.getSourceFile(path, ...rest);
      if (!read.has(path)) read.set(path, host.getSourceFile(path, ...rest));
      return read.get(path);
    },
  };
}

/** The parts of a package whose types TypeScript cannot name in such a program, with these types. */
function unnameable({ folder, manifest }: (typeof packages)[number]): string[] {
  const program = join(layout, 'programs', manifest.name);
  const names = [
    ...installed(folder, manifest.name),
    ...Object.keys(manifest.peerDependencies ?? {}),
    '@types/node',
  ];
  for (const name of names) link(name, program);
  // TypeScript looks for the names of types in the packages that the program declares.
  const dependencies = Object.fromEntries(names.map((name) => [name, '*']));
  writeFileSync(join(program, 'package.json'), JSON.stringify({ type: 'module', dependencies }));
  const path = join(program, 'index.ts');
  const entries = Object.entries(manifest.exports ?? {})
    .filter(([, target]) => typeof target === 'object')
    .map(([subpath]) => manifest.name + subpath.slice(1));
  const imports = entries.map((entry, index) => `import * as m${index} from '${entry}';`);
  const compile = (lines: readonly string[]) => {
    writeFileSync(path, lines.join('\n'));
    const compiled = ts.createProgram([path], options, hostIn(program, path));
    const file = compiled.getSourceFile(path);
    if (!file) throw new Error(`TypeScript did not read ${path}`);
    return { compiled, file };
  };
  const { compiled, file } = compile(imports);
  const values = entries.flatMap((entry, index) =>
    exportsOf(entry, `m${index}`, compiled.getTypeChecker(), file),
  );
  const lines = [...imports, ...values.map((value, index) => `export const e${index} = ${value};`)];
  const made = compile(lines);
  const typeChecker = made.compiled.getTypeChecker();
  return [
    ...made.compiled.getSemanticDiagnostics(made.file),
    ...made.compiled.getDeclarationDiagnostics(made.file),
  ].flatMap(({ code, start = 0 }) => {
    const line = made.file.getLineAndCharacterOfPosition(start).line;
    const statement = made.file.statements[line];
    const [variable] =
      statement && ts.isVariableStatement(statement) ? statement.declarationList.declarations : [];
    const type =
      variable && typeChecker.typeToString(typeChecker.getTypeAtLocation(variable), undefined, FULL);
    const needed = typesIn(type ?? '');
    // Other people's packages name their own types, and are not laid out here as a package manager does.
    if (needed.some((one) => !packages.some(({ manifest: { name } }) => one.startsWith(`${name}/`))))
      return [];
    return [`TS${code} ${lines[line]?.replace(/^export const /, '')} needs ${needed.join(', ')}`];
  });
}

const FULL = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseFullyQualifiedType;

/** `@hookline/runtime/dist/index: Clock`, for each type in a text. */
function typesIn(text: string): string[] {
  const found = [...text.matchAll(/import\("([^"]*)"[^)]*\)\.(\w+)/g)];
  return [
    ...new Set(found.map(([, module = '', name]) => `${module.split('/node_modules/').at(-1)}: ${name}`)),
  ];
}

describe.skipIf(!isBuilt)('a program with one package', () => {
  beforeAll(makeStore);

  test.each(packages)('can name every type of $manifest.name', (one) => {
    expect(unnameable(one)).toEqual([]);
  });
});
