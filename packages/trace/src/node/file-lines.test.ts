import type { FileHandle } from 'node:fs/promises';
import { VirtualClock } from '@hookline/runtime';
import { expect, it } from 'vitest';
import { fileLines } from './file-lines.js';

/** A file that returns these pieces, one per read. */
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

it('ignores line ends that an earlier, longer read left in the buffer', async () => {
  expect(await linesOf('abc\ndef\n', 'xyz', 'w\n')).toEqual(['abc', 'def', 'xyzw']);
});

it('joins a line from several reads, and returns a last line without a line end', async () => {
  expect(await linesOf('a', 'b', 'c\n\nd', 'e')).toEqual(['abc', '', 'de']);
});

it('waits once more after the last line', async () => {
  const clock = new VirtualClock();
  const lines: string[] = [];
  const following = { clock, signal: new AbortController().signal };
  const reading = (async () => {
    const file = fileOf('a\n', '', 'end\n', '', 'late\n', '', 'too late\n');
    for await (const line of fileLines(file, following, () => lines.includes('end'))) lines.push(line);
    lines.push(`over at ${clock.now()}`);
  })();
  await clock.advance(1000);
  await reading;
  expect(lines).toEqual(['a', 'end', 'late', 'over at 200']);
});

it('reads what was written meanwhile every 100 ms, and ends at the end once its signal aborted', async () => {
  const clock = new VirtualClock();
  const abort = new AbortController();
  const lines: [string, number][] = [];
  const reading = (async () => {
    const following = { clock, signal: abort.signal };
    for await (const line of fileLines(fileOf('a\n', '', 'b\n', '', '', 'c\nd'), following)) {
      lines.push([line, clock.now()]);
    }
    lines.push(['end', clock.now()]);
  })();
  await clock.advance(350);
  abort.abort();
  await clock.advance(1000);
  await reading;
  expect(lines).toEqual([
    ['a', 0],
    ['b', 100],
    ['c', 300],
    ['d', 400],
    ['end', 400],
  ]);
});
