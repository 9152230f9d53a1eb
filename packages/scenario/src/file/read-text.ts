import { readFile } from 'node:fs/promises';
import type { Place } from '../scenario.js';

/** A file that is no UTF-8 text, with the place of the first bytes that are none. */
export class NotUtf8 extends Error {
  readonly place: Place;

  constructor(place: Place) {
    super(`it is not UTF-8 at ${place.line}:${place.column}`);
    this.place = place;
  }
}

/**
 * Reads a text file: other encodings would give other words, and no error.
 *
 * @throws NotUtf8 as a rejection; what the file system throws
 */
export async function readText(path: string): Promise<string> {
  const bytes = await readFile(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const before = bytes.toString('utf8').split('\uFFFD')[0] ?? '';
    const lines = before.split('\n');
    throw new NotUtf8({ line: lines.length, column: (lines.at(-1) ?? '').length + 1 });
  }
}
