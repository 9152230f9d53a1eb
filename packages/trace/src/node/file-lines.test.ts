import type { FileHandle } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { fileLines } from './file-lines.js';

/** A file that gives these pieces, one for each read. */
function fileOf(...pieces: readonly string[]): FileHandle {
  const left = [...pieces];
  const read = async (into: Buffer) => ({ bytesRead: into.write(left.shift() ?? ''), buffer: into });
  return { read } as unknown as FileHandle;
}

async function linesOf(...pieces: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of fileLines(fileOf(...pieces))) lines.push(line);
  return lines;
}

it('takes no line end from what an earlier, longer read left behind', async () => {
  expect(await linesOf('abc\ndef\n', 'xyz', 'w\n')).toEqual(['abc', 'def', 'xyzw']);
});

it('joins a line of several reads, and gives a last line without an end', async () => {
  expect(await linesOf('a', 'b', 'c\n\nd', 'e')).toEqual(['abc', '', 'de']);
});
