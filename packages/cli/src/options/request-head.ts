import { UsageError } from '../exit-codes.js';
import { decodeText, readTextFile } from './read-text-file.js';

/** The request line and headers of an HTTP request. */
export interface RequestHead {
  /** Path and query; absent without a request line. */
  readonly target?: string;
  /** Names and values alternately, as in `rawHeaders` of Node. */
  readonly rawHeaders: readonly string[];
}

/**
 * Reads a request head from a file, or from stdin for `-`: `Name: value` lines, with or without the request line, also
 * with the prefix of `curl -v` (`> Name: value`).
 *
 * @throws UsageError
 */
export async function readRequestHead(
  path: string,
  option: string,
  stdin: AsyncIterable<Uint8Array>,
): Promise<RequestHead> {
  const text = path === '-' ? await readAll(stdin, path, option) : readTextFile(path, option);
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.replace(/^[>*] ?/, '').trim())
    .filter((line) => line !== '');
  const target = /^[A-Z]+ (\S+) HTTP\//.exec(lines[0] ?? '')?.[1];
  const headers = target === undefined ? lines : lines.slice(1);
  const rawHeaders = headers.flatMap((line) => {
    const colon = line.indexOf(':');
    if (colon <= 0) {
      throw new UsageError(
        `${option}: ${JSON.stringify(path)} must contain "Name: value" lines; got ${JSON.stringify(line.slice(0, 60))}.`,
      );
    }
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  });
  if (rawHeaders.length === 0)
    throw new UsageError(
      `${option}: ${JSON.stringify(path)} contains no header; expected "Name: value" lines.`,
    );
  return { ...(target === undefined ? {} : { target }), rawHeaders };
}

/** A read of stdin by its descriptor would fail if the writer of the pipe is slower than this process. */
async function readAll(stdin: AsyncIterable<Uint8Array>, path: string, option: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin) chunks.push(chunk);
  return decodeText(Buffer.concat(chunks), path, option);
}
