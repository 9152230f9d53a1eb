import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The templates, with a description of the bot of each. */
export const TEMPLATES = {
  plain: 'greets with a tone, says back what it hears until a key is pressed',
  ivr: 'asks for keys, checks them, returns what was found',
  realtime: 'a call on a speech-to-speech service',
} as const;

/** The name of a template. */
export type Template = keyof typeof TEMPLATES;

const CREDENTIALS = 'HOOKLINE_API_KEY=my-key HOOKLINE_CLIENT_SECRET=c2VjcmV0LW9mLXRoZS1pbnRlZ3JhdGlvbg==';
/** The environment without which the bot of each template does not start, with values to replace. */
export const ENVIRONMENT: Readonly<Record<Template, string>> = {
  plain: CREDENTIALS,
  ivr: CREDENTIALS,
  realtime: `${CREDENTIALS} OPENAI_API_KEY=sk-your-key`,
};

export interface CreateProjectOptions {
  /** The folder to write to, absolute or relative to the working directory. Must be empty or not exist. */
  readonly folder: string;
  /** Default `plain`. */
  readonly template?: Template;
}

/** The project cannot be created because the folder, its name, the template or an option is invalid. Nothing was written. */
export class ProjectError extends Error {
  override readonly name = 'ProjectError';
}

const packageDir = fileURLToPath(new URL('..', import.meta.url));
/** Valid npm package names without a scope. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,213}$/;
/** Real names of template files that npm would omit from a tarball or interpret itself. */
const REAL_NAMES: Readonly<Record<string, string>> = {
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
  const { folder, template = 'plain', ...unknown } = options;
  const [misspelt] = Object.keys(unknown);
  if (misspelt !== undefined) {
    throw new ProjectError(
      `createProject: unknown option ${JSON.stringify(misspelt)}; the options are folder and template.`,
    );
  }
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
  const { version } = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')) as {
    version: string;
  };
  const values = { name, version, environment: ENVIRONMENT[template] };
  const fill = (text: string) =>
    Object.entries(values).reduce((filled, [key, value]) => filled.replaceAll(`{{${key}}}`, value), text);
  const written = new Map<string, string>();
  for (const layer of ['every', template]) {
    const root = join(packageDir, 'templates', layer);
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const source = join(entry.parentPath, entry.name);
      const path = join(dirname(source).slice(root.length), REAL_NAMES[entry.name] ?? entry.name).replace(
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
