import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { checkArgument, messageOf } from '@hookline/runtime';
import { traceError } from '../error.js';
import { TRACE_FILES } from './file-names.js';
import { MAX_UNPACKED_BYTES, unzip } from './zip-reader.js';
import { type ZipFile, zip } from './zip-writer.js';

/**
 * Packs a trace directory into a new `.zip`, readable only for its owner (mode 0600).
 *
 * @param dir - the directory; files that are not part of a trace are omitted
 * @param path - the archive, which must not exist
 * @returns the path
 * @throws HooklineError `TRACE_READ` without a `trace.ndjson`, `TRACE_EXISTS`, `TRACE_WRITE`
 */
export async function zipTrace(dir: string, path: string): Promise<string> {
  checkArgument('TRACE_BAD_OPTION', 'zipTrace: dir', dir, 'path');
  checkArgument('TRACE_BAD_OPTION', 'zipTrace: path', path, 'path');
  const files: ZipFile[] = [];
  for (const name of Object.values(TRACE_FILES)) {
    try {
      files.push({ name, bytes: await readFile(join(dir, name)) });
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (isMissing && name !== TRACE_FILES.rows) continue;
      throw traceError(
        'TRACE_READ',
        `${join(dir, name)} cannot be read: ${messageOf(error)}. Pass the directory of a trace.`,
        error,
      );
    }
  }
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      for (const piece of zip(files)) await file.writeFile(piece);
    } finally {
      await file.close();
    }
    return path;
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw traceError(
      isThere ? 'TRACE_EXISTS' : 'TRACE_WRITE',
      isThere
        ? `${path} already exists and is not overwritten. Choose another name.`
        : `${path} could not be written: ${messageOf(error)}. Check the path, its permissions and the free disk space.`,
      error,
    );
  }
}

/** The files of a packed trace by name. @throws HooklineError `TRACE_READ`, `TRACE_ZIP` */
export async function unzipTrace(path: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const cannot = (error: unknown) =>
    traceError('TRACE_READ', `${path} cannot be read: ${messageOf(error)}. Pass the path of a trace.`, error);
  const { size } = await stat(path).catch((error: unknown) => {
    throw cannot(error);
  });
  if (size > MAX_UNPACKED_BYTES) {
    throw traceError(
      'TRACE_ZIP',
      `${path} cannot be read: it has ${size} bytes; expected at most ${MAX_UNPACKED_BYTES}. Unpack it yourself, and pass the folder.`,
    );
  }
  const bytes = await readFile(path).catch((error: unknown) => {
    throw cannot(error);
  });
  const files = unzip(path, bytes, Object.values(TRACE_FILES), [TRACE_FILES.rows, TRACE_FILES.result]);
  if (!files.has(TRACE_FILES.rows)) {
    throw traceError(
      'TRACE_ZIP',
      `${path} contains no ${TRACE_FILES.rows}, so it is not a trace. Pack the files of one trace into it.`,
    );
  }
  return files;
}
