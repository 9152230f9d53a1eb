import { readFile } from 'node:fs/promises';
import type { Place } from '../scenario.js';

/** A file is not valid UTF-8. `place` is the position of the first invalid byte. */
export class EncodingError extends Error {
  readonly place: Place;

  constructor(place: Place) {
    super(`it is not UTF-8 at ${place.line}:${place.column}`);
    this.place = place;
  }
}

/**
 * Reads a UTF-8 text file. Invalid UTF-8 is an error, because decoding another encoding would silently change the text.
 *
 * @throws EncodingError as a rejection; errors of the file system
 */
export async function readText(path: string): Promise<string> {
  const bytes = await readFile(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const before = bytes.toString('utf8').split('\uFFFD')[0] ?? '';
    const lines = before.split('\n');
    throw new EncodingError({ line: lines.length, column: (lines.at(-1) ?? '').length + 1 });
  }
}
