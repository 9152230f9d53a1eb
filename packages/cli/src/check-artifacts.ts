import { access, mkdir, open, readdir, realpath, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { messageOf } from '@hookline/runtime';
import { TRACE_FILES } from '@hookline/trace/node';
import type { ArtifactFlags } from './artifacts.js';
import { UsageError } from './exit-codes.js';
import { isSameFile, isWithin, type OptionPath } from './same-file.js';

/** The flags that name input files of a call. No output may overwrite one of them. */
export interface InputFiles {
  readonly wav?: readonly string[];
  readonly bargeIn?: readonly string[];
  readonly noise?: string;
  readonly ca?: string;
  readonly clientSecretFile?: string;
  readonly input?: readonly string[];
}

/**
 * Checks, before a connection is made, that the output files of a call can be written and that no two options name the
 * same file. Leaves nothing behind: later checks may still refuse the call.
 *
 * @throws UsageError naming the option
 */
export async function checkArtifacts(flags: ArtifactFlags & InputFiles): Promise<void> {
  const { record, out, trace } = flags;
  const written = [
    { option: '--record', path: record },
    { option: '--out', path: out },
  ].flatMap(({ option, path }) => (path === undefined ? [] : [{ option, path }]));
  const [audio] = written;
  if (flags.redactPii && audio !== undefined) {
    throw new UsageError(
      `--redact-pii stores no audio, so ${audio.option} ${JSON.stringify(audio.path)} cannot be written; remove one of the two options.`,
    );
  }
  await refuseSharedFiles(written, trace === 'off' ? undefined : trace, inputFiles(flags));
  for (const { option, path } of written) await refuseUnwritable(option, path, () => probeFile(path));
  if (trace === undefined || trace === 'off') return;
  await checkTraceFolder(trace);
  if (await isTrace(trace)) {
    throw new UsageError(`--trace ${JSON.stringify(trace)} already contains a trace; choose another folder.`);
  }
}

const isTrace = (folder: string): Promise<boolean> =>
  access(join(folder, TRACE_FILES.rows)).then(
    () => true,
    () => false,
  );

async function refuseSharedFiles(
  written: readonly OptionPath[],
  trace: string | undefined,
  read: readonly OptionPath[],
): Promise<void> {
  for (const [index, { option, path }] of written.entries()) {
    for (const other of [...written.slice(index + 1), ...read]) {
      if (!(await isSameFile(path, other.path))) continue;
      throw new UsageError(
        `${option} ${JSON.stringify(path)} and ${other.option} ${JSON.stringify(other.path)} name the same file; choose a different file for each.`,
      );
    }
    if (trace !== undefined && (await isWithin(path, trace))) {
      throw new UsageError(
        `${option} ${JSON.stringify(path)} is inside the folder of --trace ${JSON.stringify(trace)}, which may contain only the trace; choose another path.`,
      );
    }
    if (trace !== undefined && (await isWithin(trace, path))) {
      throw new UsageError(
        `--trace ${JSON.stringify(trace)} is below ${option} ${JSON.stringify(path)}, which is a file; choose another folder.`,
      );
    }
  }
}

/** The paths in the flags, without `@WHEN`, `@SNR` and `name=@`. */
export function inputFiles(flags: InputFiles): OptionPath[] {
  const beforeAt = (text: string) => (text.includes('@') ? text.slice(0, text.lastIndexOf('@')) : text);
  const named = (option: string, paths: readonly string[]) => paths.map((path) => ({ option, path }));
  const optional = (path: string | undefined) => (path === undefined ? [] : [path]);
  return [
    ...named('--wav', flags.wav ?? []),
    ...named('--barge-in', (flags.bargeIn ?? []).map(beforeAt)),
    ...named('--noise', optional(flags.noise).map(beforeAt)),
    ...named('--ca', optional(flags.ca)),
    ...named('--client-secret-file', optional(flags.clientSecretFile)),
    ...named(
      '--input',
      (flags.input ?? []).flatMap((text) => optional(/^[^=]+=@(.+)$/s.exec(text)?.[1])),
    ),
  ];
}

/** Checks that a file can be written. Leaves an existing file unchanged, and nothing behind that was missing. */
function probeFile(path: string): Promise<void> {
  return inFolder(dirname(path), async () => {
    const exists = await access(path).then(
      () => true,
      () => false,
    );
    const handle = await open(path, 'a', 0o600);
    await handle.close();
    // The file itself: a symbolic link that leads to no file yet is the user's.
    if (!exists) await rm(await realpath(path));
  });
}

/** Does something in a folder, which is created for it if it is missing. */
async function inFolder(path: string, work: () => Promise<void>): Promise<void> {
  const folder = resolve(path);
  const created = await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    await work();
  } finally {
    if (created !== undefined) await removeEmpty(folder, resolve(created));
  }
}

/** Removes an empty folder, and its parents up to `top`. One that another process uses meanwhile stays. */
async function removeEmpty(folder: string, top: string): Promise<void> {
  for (let path = folder; path.startsWith(top); path = dirname(path)) {
    try {
      await rmdir(path);
    } catch {
      return;
    }
  }
}

/**
 * Checks, before a run, that its reports can be written, each to its own file, and to none that the run reads. Leaves
 * nothing behind.
 *
 * @throws UsageError naming the option
 */
export async function checkReportFiles(
  written: readonly OptionPath[],
  read: readonly OptionPath[],
): Promise<void> {
  await refuseSharedFiles(written, undefined, read);
  for (const { option, path } of written) await refuseUnwritable(option, path, () => probeFile(path));
}

/** Checks that traces can be stored in a folder. Leaves nothing behind. @throws UsageError */
export async function checkTraceFolder(folder: string): Promise<void> {
  await refuseUnwritable('--trace', folder, () => inFolder(folder, async () => {}));
}

/**
 * Checks, before a run of the checks, that the traces of its calls can be stored in a folder: no other run has stored
 * calls of the same scenarios there.
 *
 * @throws UsageError
 */
export async function checkTracesFolder(folder: string, scenarios: ReadonlySet<string>): Promise<void> {
  await checkTraceFolder(folder);
  for (const name of await readdir(folder).catch(() => [])) {
    const [scenario = ''] = name.split('--');
    if (!scenarios.has(scenario) || !(await isTrace(join(folder, name)))) continue;
    throw new UsageError(
      `--trace ${JSON.stringify(folder)} already contains traces of a check, such as ${JSON.stringify(name)}; choose another folder.`,
    );
  }
}

async function refuseUnwritable(option: string, path: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new UsageError(`${option} cannot write ${JSON.stringify(path)}: ${messageOf(error)}.`);
  }
}
