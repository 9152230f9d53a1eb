import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Application, type TypeDocOptions } from 'typedoc';
import type { PluginOptions } from 'typedoc-plugin-markdown';
import type { DefaultTheme } from 'vitepress';
import { publicPackages, ROOT, readSource } from './pages.js';

/** An entry point of a package, such as `@hookline/server/otel`. */
interface Entry {
  readonly id: string;
  /** The source it is built from, as an absolute path. */
  readonly file: string;
}

/** @throws Error when an entry of a package.json has no entry in its tsup.config.ts */
function entries(): Entry[] {
  return publicPackages().flatMap(({ name, folder }) => {
    const { exports = {} } = JSON.parse(readSource(`${folder}/package.json`));
    const build = readSource(`${folder}/tsup.config.ts`);
    return Object.entries<unknown>(exports).flatMap(([subpath, target]) => {
      // A file such as ./package.json, not code.
      if (typeof target !== 'object') return [];
      const entry = subpath === '.' ? 'index' : subpath.slice(2);
      const [, source] = new RegExp(`(?<![\\w-])['"]?${entry}['"]?: '(src/[^']+)'`).exec(build) ?? [];
      if (source === undefined)
        throw new Error(`${folder}/tsup.config.ts: no entry ${entry}, which package.json exports.`);
      return { id: name + subpath.slice(1), file: join(ROOT, folder, source) };
    });
  });
}

/** The file name of an entry's page: `hookline-server-otel`. */
const fileNameOf = (id: string) => id.replace('@', '').replaceAll('/', '-');

/**
 * Writes one page per entry point of each public package to `reference/api` in a folder.
 * @returns a link to each, for the sidebar
 */
export async function writeApi(folder: string): Promise<DefaultTheme.SidebarItem[]> {
  const all = entries();
  const target = join(folder, 'reference/api');
  const options: Partial<TypeDocOptions> & Partial<PluginOptions> = {
    entryPoints: all.map(({ file }) => file),
    tsconfig: join(ROOT, 'tsconfig.json'),
    plugin: ['typedoc-plugin-markdown'],
    outputs: [{ name: 'markdown', path: target }],
    logLevel: 'Error',
    readme: 'none',
    // `npm run typecheck` does that.
    skipErrorChecking: true,
    excludeExternals: true,
    excludeInternal: true,
    excludePrivate: true,
    disableSources: true,
    // Options of the plugin: one page an entry, members as tables where they are short.
    outputFileStrategy: 'modules',
    entryFileName: 'index',
    hideBreadcrumbs: true,
    hidePageHeader: true,
    // The plugin numbers names that differ in case alone, which VitePress does not.
    useCustomAnchors: true,
    useCodeBlocks: true,
    interfacePropertiesFormat: 'table',
    typeDeclarationFormat: 'table',
    parametersFormat: 'table',
  };
  const app = await Application.bootstrapWithPlugins(options);
  const project = await app.convert();
  const modules = project?.children ?? [];
  if (project === undefined || modules.length !== all.length)
    throw new Error(`TypeDoc read ${modules.length} of ${all.length} entries of the packages.`);
  for (const module of modules) {
    const file = project.files.getReflectionPath(module);
    const entry = all.find((each) => each.file === file);
    if (!entry) throw new Error(`TypeDoc generated a module for ${file}, which is not an entry.`);
    module.name = fileNameOf(entry.id);
  }
  await app.generateOutputs(project);
  for (const { id } of all) {
    const page = join(target, `${fileNameOf(id)}.md`);
    const text = readFileSync(page, 'utf8').replace(/^# .*\n/, `# ${id}\n`);
    // Excluded from the search, whose results it would dominate.
    writeFileSync(page, `---\neditLink: false\nsearch: false\noutline: [2, 3]\n---\n\n${text}`);
  }
  // The generated list of entries: the sidebar replaces it.
  rmSync(join(target, 'index.md'));
  const stray = readdirSync(target).filter((name) => !all.some(({ id }) => name === `${fileNameOf(id)}.md`));
  if (stray.length > 0) throw new Error(`TypeDoc wrote pages without an entry point: ${stray.join(', ')}.`);
  return all.map(({ id }) => ({ text: id, link: `/reference/api/${fileNameOf(id)}` }));
}
