import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf } from '@hookline/runtime';
import { UsageError } from '../exit-codes.js';
import { checkConfig } from './check-config.js';
import type { HooklineConfig } from './config.js';
import { lineNumberAt } from './source-location.js';

/** The possible file names of a configuration. */
export const CONFIG_NAMES = ['ts', 'mjs', 'js', 'json'].map((suffix) => `hookline.config.${suffix}`);

/** A configuration and its file. */
export interface LoadedConfig {
  readonly config: HooklineConfig;
  /** Absolute path; paths in the configuration are relative to its folder. */
  readonly path: string;
  /** The path in messages, relative to the current folder. */
  readonly displayPath: string;
  /** The text of the file. */
  readonly source: string;
}

/**
 * Reads the configuration of a folder, or of the nearest parent folder that has one.
 *
 * @throws UsageError if there is none, if a folder contains two, or if it cannot be loaded or is not valid
 */
export async function loadConfig(folder = resolve('.')): Promise<LoadedConfig> {
  const path = findConfig(folder);
  if (path === undefined) {
    throw new UsageError(
      `No hookline.config (${CONFIG_NAMES.map(extname).join(', ')}) found in ${folder} or its parent folders; hookline init writes one.`,
    );
  }
  const displayPath = relative(folder, path) || path;
  const source = readConfigFile(path, displayPath);
  const value = path.endsWith('.json')
    ? parseJson(source, displayPath)
    : await importDefault(path, displayPath);
  return { config: checkConfig(value, displayPath, source), path, displayPath, source };
}

function findConfig(folder: string): string | undefined {
  const found = CONFIG_NAMES.map((name) => join(folder, name)).filter((path) => existsSync(path));
  const [path, other] = found;
  if (path !== undefined && other !== undefined) {
    throw new UsageError(`Both ${path} and ${other} exist; remove one of them.`);
  }
  if (path !== undefined) return path;
  const parent = dirname(folder);
  return parent === folder ? undefined : findConfig(parent);
}

function readConfigFile(path: string, displayPath: string): string {
  try {
    // Leaves out a byte order mark.
    return new TextDecoder().decode(readFileSync(path));
  } catch (error) {
    throw new UsageError(`${displayPath} cannot be read: ${messageOf(error)}.`);
  }
}

function parseJson(source: string, displayPath: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    const position = /at position (\d+)/.exec(messageOf(error))?.[1];
    const location =
      position === undefined ? displayPath : `${displayPath}:${lineNumberAt(source, Number(position))}`;
    throw new UsageError(`${location}: not valid JSON: ${messageOf(error)}.`);
  }
}

async function importDefault(path: string, displayPath: string): Promise<unknown> {
  // Node strips types from 22.18 on. A compiler for older versions would be larger than the command.
  if (path.endsWith('.ts') && !('typescript' in process.features && process.features.typescript)) {
    throw new UsageError(
      `${displayPath}: Node ${process.version} cannot load TypeScript; use Node 22.18 or newer, or rename the file to hookline.config.mjs and remove the types.`,
    );
  }
  try {
    const module: { readonly default?: unknown } = await import(pathToFileURL(path).href);
    return module.default;
  } catch (error) {
    throw new UsageError(`${displayPath} cannot be loaded: ${messageOf(error)}.`);
  }
}
