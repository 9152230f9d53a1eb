import {
  createTraceDiff,
  type DiffOptions,
  type RowFilter,
  type TraceDifference,
  type TraceRow,
} from '@hookline/trace';
import { type OpenTraceRows, openTraceRows } from '@hookline/trace/node';
import type { ReadingProgress } from './read-trace.js';

/** Options of the comparison of two traces. */
export interface DiffFilesOptions {
  readonly options: DiffOptions;
  /** Selects the rows to compare. */
  readonly filter: RowFilter;
  readonly progress: ReadingProgress;
}

/** The differences between two traces. Both are read row by row, in the order of time. */
export async function diffFiles(
  a: string,
  b: string,
  { options, filter, progress }: DiffFilesOptions,
): Promise<readonly TraceDifference[]> {
  const openA = await openTraceRows(a);
  const openB = await openTraceRows(b).catch(async (error: unknown) => {
    await openA.close();
    throw error;
  });
  try {
    const diff = createTraceDiff(openA.header, openB.header, options);
    for await (const [side, row] of mergeByTime(openA, openB)) {
      progress.countRow();
      if (filter(row)) diff.push(side, row);
    }
    return diff.end(await openA.result(), await openB.result());
  } finally {
    await Promise.all([openA.close(), openB.close()]);
  }
}

/** The rows of both traces, merged by time. */
async function* mergeByTime(
  a: OpenTraceRows,
  b: OpenTraceRows,
): AsyncGenerator<readonly ['a' | 'b', TraceRow]> {
  const [rowsA, rowsB] = [a.rows[Symbol.asyncIterator](), b.rows[Symbol.asyncIterator]()];
  let [nextA, nextB] = [await rowsA.next(), await rowsB.next()];
  while (!nextA.done || !nextB.done) {
    if (!nextA.done && (nextB.done || nextA.value.t <= nextB.value.t)) {
      yield ['a', nextA.value];
      nextA = await rowsA.next();
    } else if (!nextB.done) {
      yield ['b', nextB.value];
      nextB = await rowsB.next();
    }
  }
}
