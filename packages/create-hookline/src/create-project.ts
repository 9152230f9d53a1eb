import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What each template is a bot for. */
export const TEMPLATES = {
  plain: 'greets with a tone, says back what it hears until a key is pressed',
  ivr: 'asks for keys, checks them, returns what was found',
  realtime: 'a call on a speech-to-speech service',
} as const;

/** The name of a template. */
export type Template = keyof typeof TEMPLATES;

export interface CreateProjectOptions {
  /** The folder to write to: absolute, or relative to the working directory. It must be empty or not exist. */
  readonly folder: string;
  /** Default `plain`. */
  readonly template?: Template;
}

/** A project cannot be made: the folder, its name or the template is wrong. Nothing was written. */
export class ProjectError extends Error {
  override readonly name = 'ProjectError';
}

const here = fileURLToPath(new URL('..', import.meta.url));
/** npm accepts these as names of packages without a scope. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,213}$/;
/** Files that npm would leave out of a tarball, or read as its own, under their real name. */
const RENAMED: Readonly<Record<string, string>> = {
  gitignore: '.gitignore',
  dockerignore: '.dockerignore',
  'package.template.json': 'package.json',
};

/**
 * Writes a project and returns the paths of its files, relative to the folder and sorted.
 *
 * @throws ProjectError before anything is written
 */
export function createProject(options: CreateProjectOptions): readonly string[] {
  if (typeof options?.folder !== 'string' || options.folder === '') {
    throw new ProjectError('createProject: folder is missing; expected the path of a folder to write to.');
  }
  const { folder, template = 'plain' } = options;
  if (!Object.hasOwn(TEMPLATES, template)) {
    throw new ProjectError(
      `There is no template ${JSON.stringify(template)}; expected ${Object.keys(TEMPLATES).join(', ')}.`,
    );
  }
  const target = resolve(folder);
  const name = basename(target).toLowerCase();
  if (!NAME.test(name)) {
    throw new ProjectError(
      `${JSON.stringify(name)} cannot be the name of a package; use small letters, digits, "-", "." and "_", with a letter or digit first.`,
    );
  }
  if (existsSync(target) && readdirSync(target).some((file) => file !== '.git')) {
    throw new ProjectError(`${target} is not empty, and nothing was written; name another folder.`);
  }
  const { version } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')) as { version: string };
  const fill = (text: string) => text.replaceAll('{{name}}', name).replaceAll('{{version}}', version);
  const written = new Map<string, string>();
  for (const layer of ['every', template]) {
    const root = join(here, 'templates', layer);
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const source = join(entry.parentPath, entry.name);
      const path = join(dirname(source).slice(root.length), RENAMED[entry.name] ?? entry.name).replace(
        /^[\\/]/,
        '',
      );
      written.set(path, fill(readFileSync(source, 'utf8')));
    }
  }
  for (const [path, text] of written) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    writeFileSync(join(target, path), text);
  }
  return [...written.keys()].sort();
}
