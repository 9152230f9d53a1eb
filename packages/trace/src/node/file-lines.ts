import type { FileHandle } from 'node:fs/promises';
import { type Clock, sleep } from '@hookline/runtime';

/** How a file is read that is still written. */
export interface Following {
  /** For the pauses between two looks at the file. */
  readonly clock: Clock;
  /** Ends the reading where no more comes. */
  readonly signal: AbortSignal;
}

const CHUNK_BYTES = 64 * 1024;

/** How often a file is looked at for more, in milliseconds: soon enough for an eye. */
const LOOK_MS = 100;

/**
 * The lines of a file without their ends, one after the other, and what stands behind the last end where that is not
 * empty. Holds one line and one chunk, whatever the file has. Does not close the file.
 *
 * @param following - to wait for more at the end of the file, until its signal; default to end there
 */
export async function* fileLines(file: FileHandle, following?: Following): AsyncGenerator<string> {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let parts: Buffer[] = [];
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, null);
    if (bytesRead === 0) {
      if (!following || following.signal.aborted) break;
      await sleep(following.clock, LOOK_MS);
      continue;
    }
    let from = 0;
    for (let at = chunk.indexOf(0x0a); at >= 0 && at < bytesRead; at = chunk.indexOf(0x0a, from)) {
      yield Buffer.concat([...parts, chunk.subarray(from, at)]).toString('utf8');
      parts = [];
      from = at + 1;
    }
    if (from < bytesRead) parts.push(Buffer.from(chunk.subarray(from, bytesRead)));
  }
  if (parts.length > 0) yield Buffer.concat(parts).toString('utf8');
}
