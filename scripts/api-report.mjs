// Writes what each entry of each package exports, as declared in dist, to packages/*/etc: `node scripts/api-report.mjs`
// after `npm run build`. With `--check` it fails if a report is outdated, so that every change of the public API is
// visible. The reports include unexported declarations that exported ones refer to.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const printer = ts.createPrinter({ removeComments: true });

/** The entries of a package that have types: `''` or `/sub`, and the declaration file. */
function entriesOf(folder) {
  const { name, exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return Object.entries(exports)
    .filter(([, target]) => typeof target === 'object')
    .map(([path, target]) => ({ id: name + path.slice(1), file: join(folder, target.import.types), path }));
}

/** Every declaration of the package that an entry reaches, by name. */
function declarationsOf(program, checker, entry, folder) {
  const source = program.getSourceFile(entry);
  const exported = new Map();
  for (const symbol of checker.getExportsOfModule(checker.getSymbolAtLocation(source))) {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    exported.set(target, symbol.name);
  }
  const found = new Map();
  const visit = (symbol) => {
    for (const declaration of symbol.declarations ?? []) {
      const file = declaration.getSourceFile();
      if (relative(folder, file.fileName).startsWith('..') || found.has(declaration)) continue;
      if (ts.isTypeParameterDeclaration(declaration) || ts.isParameter(declaration)) continue;
      const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
      if (statement.parent !== file) continue;
      const name = exported.get(symbol);
      const text = printer
        .printNode(ts.EmitHint.Unspecified, statement, file)
        .replace(/^(?:export |declare )+/, '');
      found.set(declaration, { name: name ?? symbol.name, text: `${name ? 'export ' : ''}${text}` });
      const walk = (node) => {
        if (ts.isIdentifier(node)) {
          const named = checker.getSymbolAtLocation(node);
          if (named) visit(named.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(named) : named);
        }
        ts.forEachChild(node, walk);
      };
      walk(statement);
    }
  };
  for (const symbol of exported.keys()) visit(symbol);
  const listed = [...found.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const elsewhere = [...exported]
    .filter(([symbol]) => !(symbol.declarations ?? []).some((declaration) => found.has(declaration)))
    .map(([, name]) => `export { ${name} }`)
    .sort();
  return [...listed.map(({ text }) => text), ...elsewhere];
}

const packages = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name));
const entries = packages.flatMap((folder) => entriesOf(folder).map((entry) => ({ ...entry, folder })));
const unbuilt = entries.filter(({ file }) => !existsSync(file));
if (unbuilt.length > 0) {
  console.error(`not built: ${unbuilt.map(({ id }) => id).join(', ')}. Run \`npm run build\` first.`);
  process.exit(1);
}
const program = ts.createProgram(
  entries.map(({ file }) => file),
  {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    types: ['node'],
  },
);
const checker = program.getTypeChecker();

let stale = 0;
for (const { id, file, path, folder } of entries) {
  const report = `# API of ${id}\n\nWritten by \`npm run api\`; not to be edited.\n\n\`\`\`ts\n${declarationsOf(program, checker, file, folder).join('\n\n')}\n\`\`\`\n`;
  const target = join(folder, 'etc', `${path === '.' ? 'index' : path.slice(2).replaceAll('/', '-')}.api.md`);
  if (!process.argv.includes('--check')) {
    mkdirSync(join(folder, 'etc'), { recursive: true });
    writeFileSync(target, report);
  } else if (!existsSync(target) || readFileSync(target, 'utf8') !== report) {
    console.error(
      `${relative(root, target)} is not what ${id} exports. Run \`npm run api\` and read the difference.`,
    );
    stale += 1;
  }
}
process.exit(stale > 0 ? 1 : 0);
