import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf } from '@hookline/runtime';
import { traceError } from '../error.js';
import { readTrace } from '../format/read.js';
import type { Trace } from '../format/trace.js';
import { TRACE_FILES } from './file-names.js';

/**
 * Reads a trace directory.
 *
 * @param path - the directory, or the `trace.ndjson` in it
 * @throws HooklineError `TRACE_READ` where there is none, and what `readTrace` throws
 */
export async function readTraceDir(path: string): Promise<Trace> {
  const dir = (await isFile(path)) ? dirname(path) : path;
  const [rows, caller, bot, result] = await Promise.all([
    readFile(join(dir, TRACE_FILES.rows)).catch((error: unknown) => {
      throw traceError(
        'TRACE_READ',
        `${join(dir, TRACE_FILES.rows)} cannot be read: ${messageOf(error)}. Give the directory of a trace.`,
        error,
      );
    }),
    optional(join(dir, TRACE_FILES.caller)),
    optional(join(dir, TRACE_FILES.bot)),
    optional(join(dir, TRACE_FILES.result)),
  ]);
  const outcome = result && parsed(result.toString('utf8'));
  const trace = readTrace(rows, {
    ...(caller ? { caller } : {}),
    ...(bot ? { bot } : {}),
    ...(outcome ? { result: outcome.value } : {}),
  });
  return result && !outcome ? { ...trace, truncated: true } : trace;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** Undefined where there is no such file; a file that is there and cannot be read is an error. */
async function optional(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw traceError(
      'TRACE_READ',
      `${path} cannot be read: ${messageOf(error)}. Check its permissions, or move it away.`,
      error,
    );
  }
}

/** Undefined where a writer that died left half of it. */
function parsed(json: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(json) };
  } catch {
    return undefined;
  }
}
