import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkArgument, messageOf } from '@hookline/runtime';
import { traceError } from '../error.js';
import { readTrace } from '../format/read.js';
import type { Trace } from '../format/trace.js';
import { TRACE_FILES } from './file-names.js';
import { unzipTrace } from './zip-trace.js';

/**
 * Reads a trace from a directory or a `.zip`.
 *
 * @param path - a trace directory, the `trace.ndjson` in it, or a `.zip` of it
 * @throws HooklineError `TRACE_ZIP`, and what `readTraceDir` throws
 */
export async function openTrace(path: string): Promise<Trace> {
  checkArgument('TRACE_BAD_OPTION', 'openTrace: path', path, 'path');
  if (!path.endsWith('.zip') || !(await isFile(path))) return readTraceDir(path);
  const files = await unzipTrace(path);
  return traceOf({
    rows: files.get(TRACE_FILES.rows) ?? new Uint8Array(0),
    caller: files.get(TRACE_FILES.caller),
    bot: files.get(TRACE_FILES.bot),
    result: files.get(TRACE_FILES.result),
  });
}

/**
 * Reads a trace directory.
 *
 * @param path - the directory, or the `trace.ndjson` in it
 * @throws HooklineError `TRACE_READ` if there is no trace, and what `readTrace` throws
 */
export async function readTraceDir(path: string): Promise<Trace> {
  checkArgument('TRACE_BAD_OPTION', 'readTraceDir: path', path, 'path');
  const dir = (await isFile(path)) ? dirname(path) : path;
  const [rows, caller, bot, result] = await Promise.all([
    readFile(join(dir, TRACE_FILES.rows)).catch((error: unknown) => {
      throw traceError(
        'TRACE_READ',
        `${join(dir, TRACE_FILES.rows)} cannot be read: ${messageOf(error)}. Pass the directory of a trace.`,
        error,
      );
    }),
    optional(join(dir, TRACE_FILES.caller)),
    optional(join(dir, TRACE_FILES.bot)),
    optional(join(dir, TRACE_FILES.result)),
  ]);
  return traceOf({ rows, caller, bot, result });
}

interface Files {
  readonly rows: Uint8Array;
  readonly caller: Uint8Array | undefined;
  readonly bot: Uint8Array | undefined;
  readonly result: Uint8Array | undefined;
}

function traceOf({ rows, caller, bot, result }: Files): Trace {
  const outcome = result && parsed(new TextDecoder().decode(result));
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

/** Undefined if the file does not exist; an existing file that cannot be read is an error. */
async function optional(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw traceError(
      'TRACE_READ',
      `${path} cannot be read: ${messageOf(error)}. Check its permissions, or remove it.`,
      error,
    );
  }
}

/** Undefined if the file is incomplete because its writer crashed. */
function parsed(json: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(json) };
  } catch {
    return undefined;
  }
}
