import { readFileSync } from 'node:fs';
import { messageOf } from '@hookline/runtime';
import { UsageError } from '../exit-codes.js';

/**
 * Reads the text file of an option, such as `--ca`. A byte order mark is left out.
 *
 * @throws UsageError if the file cannot be read or is not UTF-8
 */
export function readTextFile(path: string, option: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new UsageError(`${option} cannot read ${JSON.stringify(path)}: ${messageOf(error)}.`);
  }
  return decodeText(bytes, path, option);
}

/** Decodes the bytes of a file as UTF-8. @throws UsageError */
export function decodeText(bytes: Uint8Array, path: string, option: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${option}: ${JSON.stringify(path)} is not text in UTF-8; convert it.`);
  }
}
