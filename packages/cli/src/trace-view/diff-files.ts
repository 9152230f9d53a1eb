import {
  createTraceDiff,
  type DiffOptions,
  type RowFilter,
  type TraceDifference,
  type TraceRow,
} from '@hookline/trace';
import { type OpenTraceRows, openTraceRows } from '@hookline/trace/node';
import type { ReadingProgress } from './open.js';

/** How two traces are compared. */
export interface FileDiff {
  readonly options: DiffOptions;
  /** Which rows of both are compared. */
  readonly keeps: RowFilter;
  readonly progress: ReadingProgress;
}

/** In what trace B differs from trace A. Both are read row by row, at the pace of their calls. */
export async function diffFiles(
  a: string,
  b: string,
  { options, keeps, progress }: FileDiff,
): Promise<readonly TraceDifference[]> {
  const one = await openTraceRows(a);
  const other = await openTraceRows(b).catch(async (error: unknown) => {
    await one.close();
    throw error;
  });
  try {
    const diff = createTraceDiff(one.header, other.header, options);
    for await (const [side, row] of bothInOrder(one, other)) {
      progress.row();
      if (keeps(row)) diff.push(side, row);
    }
    return diff.end(await one.result(), await other.result());
  } finally {
    await Promise.all([one.close(), other.close()]);
  }
}

/** The rows of two traces, always of the one whose call is less far. */
async function* bothInOrder(
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
