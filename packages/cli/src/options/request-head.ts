import { readFileSync } from 'node:fs';
import { messageOf } from '@hookline/runtime';
import { UsageError } from '../exit-codes.js';

/** The head of an HTTP request, as somebody has written it down. */
export interface RequestHead {
  /** Path and query of the request line, where there is one. */
  readonly target?: string;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
}

/**
 * Reads a request head from a file, or from stdin for `-`: `Name: value` lines, with or without the request line,
 * also as `curl -v` shows them (`> Name: value`).
 *
 * @throws UsageError
 */
export function readRequestHead(path: string, option: string): RequestHead {
  let text: string;
  try {
    text = readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    throw new UsageError(`${option} cannot read ${JSON.stringify(path)}: ${messageOf(error)}.`);
  }
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.replace(/^[>*] ?/, '').trim())
    .filter((line) => line !== '');
  const target = /^[A-Z]+ (\S+) HTTP\//.exec(lines[0] ?? '')?.[1];
  const headers = target === undefined ? lines : lines.slice(1);
  const rawHeaders = headers.flatMap((line) => {
    const colon = line.indexOf(':');
    if (colon <= 0) {
      throw new UsageError(`${option}: ${JSON.stringify(line.slice(0, 60))} is no "Name: value" line.`);
    }
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  });
  if (rawHeaders.length === 0) throw new UsageError(`${option}: ${path} holds no header.`);
  return { ...(target === undefined ? {} : { target }), rawHeaders };
}
