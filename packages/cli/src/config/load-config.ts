import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf } from '@hookline/runtime';
import { UsageError } from '../exit-codes.js';
import { checkConfig } from './check-config.js';
import type { HooklineConfig } from './config.js';
import { lineAt } from './place-of.js';

/** The names that a configuration may have. */
export const CONFIG_NAMES = ['ts', 'mjs', 'js', 'json'].map((suffix) => `hookline.config.${suffix}`);

/** A configuration that was read. */
export interface LoadedConfig {
  readonly config: HooklineConfig;
  /** Where it lies; paths in it are relative to its folder. */
  readonly path: string;
  /** As messages name it: relative to where the command runs. */
  readonly shown: string;
  /** What the file holds. */
  readonly source: string;
}

/**
 * Reads the configuration of this folder, or of the nearest folder above it that has one.
 *
 * @throws UsageError where there is none, or two in one folder, and for one that cannot be loaded or is wrong
 */
export async function loadConfig(folder = resolve('.')): Promise<LoadedConfig> {
  const path = findConfig(folder);
  if (path === undefined) {
    throw new UsageError(
      `There is no hookline.config (${CONFIG_NAMES.map(extname).join(', ')}) in ${folder} or above it; hookline init writes one.`,
    );
  }
  const shown = relative(folder, path) || path;
  const source = read(path, shown);
  const value = path.endsWith('.json') ? parseJson(source, shown) : await importDefault(path, shown);
  return { config: checkConfig(value, shown, source), path, shown, source };
}

function findConfig(folder: string): string | undefined {
  const found = CONFIG_NAMES.map((name) => join(folder, name)).filter((path) => existsSync(path));
  const [path, other] = found;
  if (path !== undefined && other !== undefined) {
    throw new UsageError(`There are ${path} and ${other}; keep one of them.`);
  }
  if (path !== undefined) return path;
  const parent = dirname(folder);
  return parent === folder ? undefined : findConfig(parent);
}

function read(path: string, shown: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${shown} cannot be read: ${messageOf(error)}.`);
  }
}

function parseJson(source: string, shown: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    const at = /at position (\d+)/.exec(messageOf(error))?.[1];
    const place = at === undefined ? shown : `${shown}:${lineAt(source, Number(at))}`;
    throw new UsageError(`${place}: this is no JSON: ${messageOf(error)}.`);
  }
}

async function importDefault(path: string, shown: string): Promise<unknown> {
  // Node strips types itself from 22.18 on; a compiler for older ones would weigh more than the command.
  if (path.endsWith('.ts') && !('typescript' in process.features && process.features.typescript)) {
    throw new UsageError(
      `${shown}: Node ${process.version} cannot load TypeScript; use Node 22.18 or newer, or rename it to hookline.config.mjs and take the types out.`,
    );
  }
  try {
    const module: { readonly default?: unknown } = await import(pathToFileURL(path).href);
    return module.default;
  } catch (error) {
    throw new UsageError(`${shown} cannot be loaded: ${messageOf(error)}.`);
  }
}
