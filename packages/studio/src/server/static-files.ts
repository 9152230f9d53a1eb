import { readdir, readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { messageOf } from '@hookline/runtime';
import { studioError } from '../error.js';

/** A file of the built page. */
export interface StaticFile {
  readonly type: string;
  readonly bytes: Uint8Array;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
};

/**
 * Reads the built page into memory (a few hundred kilobytes). No other file can be requested.
 *
 * @returns the files by request path; `/` is `index.html`
 * @throws HooklineError `STUDIO_NO_PAGE`
 */
export async function readPage(dir: string): Promise<ReadonlyMap<string, StaticFile>> {
  const files = new Map<string, StaticFile>();
  try {
    for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
      const type = TYPES[extname(entry.name)];
      if (!entry.isFile() || type === undefined) continue;
      const path = join(entry.parentPath, entry.name);
      const name = path.slice(dir.length).split(sep).join('/').replace(/^\/*/, '/');
      files.set(name, { type, bytes: await readFile(path) });
    }
  } catch (error) {
    throw studioError(
      'STUDIO_NO_PAGE',
      `The page of the studio cannot be read from ${dir}: ${messageOf(error)}. Reinstall the package, or run \`npm run build\` in its repository.`,
      error,
    );
  }
  const index = files.get('/index.html');
  if (!index) {
    throw studioError(
      'STUDIO_NO_PAGE',
      `There is no index.html in ${dir}. Reinstall the package, or run \`npm run build\` in its repository.`,
    );
  }
  return files.set('/', index);
}
