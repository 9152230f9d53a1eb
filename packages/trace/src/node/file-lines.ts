import type { FileHandle } from 'node:fs/promises';
import { type Clock, sleep } from '@hookline/runtime';

/** How to read a file that is still being written. */
export interface Following {
  /** The clock for the interval between two reads. */
  readonly clock: Clock;
  /** Ends reading at the end of the file. */
  readonly signal: AbortSignal;
}

const CHUNK_BYTES = 64 * 1024;

/** Poll interval, in milliseconds: short enough for a live view. */
const POLL_MS = 100;

/**
 * Yields the lines of a file without their line ends, and the text after the last line end if it is not empty. Keeps
 * only one line and one chunk in memory. Does not close the file.
 *
 * @param following - to wait for more lines at the end of the file, until its signal; default: stops at the end
 * @param isLast - whether the last line may have been read: then waits once more, for lines that were written with it
 */
export async function* fileLines(
  file: FileHandle,
  following?: Following,
  isLast: () => boolean = () => false,
): AsyncGenerator<string> {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let parts: Buffer[] = [];
  let hasWaited = false;
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, null);
    if (bytesRead === 0) {
      if (!following || following.signal.aborted || hasWaited) break;
      hasWaited = isLast();
      await sleep(following.clock, POLL_MS);
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
