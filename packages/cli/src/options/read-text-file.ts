import { readFileSync } from 'node:fs';
import { messageOf } from '@hookline/runtime';
import { UsageError } from '../exit-codes.js';

/**
 * Reads the text file of an option, such as `--ca`; `-` reads stdin if `allowsStdin` is set. A byte order mark is left out.
 *
 * @throws UsageError if the file cannot be read or is not UTF-8
 */
export function readTextFile(
  path: string,
  option: string,
  { allowsStdin = false }: { readonly allowsStdin?: boolean } = {},
): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(allowsStdin && path === '-' ? 0 : path);
  } catch (error) {
    throw new UsageError(`${option} cannot read ${JSON.stringify(path)}: ${messageOf(error)}.`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${option}: ${JSON.stringify(path)} is not text in UTF-8; convert it.`);
  }
}
