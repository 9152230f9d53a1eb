/** The longest line of a command, in bytes. */
export const MAX_LINE_BYTES = 64 * 1024;

/** A line of the input: its text, or that it is longer than `MAX_LINE_BYTES`. */
export type InputLine =
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly tooLong: true };

const LINE_FEED = 10;

/**
 * Splits a stream of bytes into lines, numbered from 1. Text after the last line feed is a line as well. A byte order
 * mark is left out.
 */
export async function* inputLines(input: AsyncIterable<Uint8Array>): AsyncGenerator<InputLine> {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  let number = 0;
  const append = (part: Uint8Array) => {
    bytes += part.length;
    // A line that is too long is only counted, so that it uses no memory.
    if (bytes <= MAX_LINE_BYTES) parts.push(part);
    else parts = [];
  };
  const endLine = (): InputLine => {
    number += 1;
    const line =
      bytes > MAX_LINE_BYTES
        ? ({ number, tooLong: true } as const)
        : { number, text: decodeLine(Buffer.concat(parts), number) };
    parts = [];
    bytes = 0;
    return line;
  };
  for await (const chunk of input) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      append(chunk.subarray(from, end));
      from = end + 1;
      yield endLine();
    }
    if (from < chunk.length) append(chunk.subarray(from));
  }
  if (bytes > 0) yield endLine();
}

/** Only at the start of the input is the character a byte order mark. */
function decodeLine(bytes: Uint8Array, number: number): string {
  return new TextDecoder('utf-8', { ignoreBOM: number > 1 }).decode(bytes);
}
