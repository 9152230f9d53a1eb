import { traceError } from '../error.js';

/**
 * The maximum number of lines of a trace that is read as a whole, far more than a call of four hours has. A packed file
 * of a few hundred kilobytes may unpack to over a hundred million lines, which do not fit into the memory.
 */
const MAX_LINES = 2_000_000;

/**
 * Yields the lines of a text without their line ends, one by one: an array of them may not fit into the memory. The
 * last one is the text after the last line end, which is empty if the text ends with a line end.
 *
 * @throws HooklineError `TRACE_CORRUPT` for too many lines
 */
export function* linesOf(text: string): Generator<string> {
  let from = 0;
  let count = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
    count += 1;
    if (count > MAX_LINES) {
      throw traceError(
        'TRACE_CORRUPT',
        `The trace has more than ${MAX_LINES} lines; expected at most ${MAX_LINES}, many more than a call of four hours has. ` +
          'Read the rows of an unpacked trace one by one instead, with openTraceRows.',
      );
    }
    yield text.slice(from, end);
    from = end + 1;
  }
  yield text.slice(from);
}
