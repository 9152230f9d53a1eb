import { access, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf } from '@hookline/runtime';
import { TRACE_FILES } from '@hookline/trace/node';
import type { ArtifactFlags } from './artifacts.js';
import { UsageError } from './exit-codes.js';
import { isSameFile, isWithin, type NamedPath } from './same-file.js';

/** What is read for a call: none of it may be written over. */
export interface InputFiles {
  readonly wav?: readonly string[];
  readonly bargeIn?: readonly string[];
  readonly noise?: string;
  readonly ca?: string;
  readonly clientSecretFile?: string;
  readonly input?: readonly string[];
}

/**
 * Makes sure, before anything is dialled, that what a user asks to keep of a call can be written, each to a place of
 * its own.
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
      `--redact-pii keeps no audio, and ${audio.option} ${JSON.stringify(audio.path)} asks for it; leave one of them out.`,
    );
  }
  await refuseSharedPlaces(written, trace === 'off' ? undefined : trace, inputFiles(flags));
  for (const { option, path } of written) await attempt(option, path, () => touch(path));
  if (trace === undefined || trace === 'off') return;
  await attempt('--trace', trace, () => mkdir(trace, { recursive: true, mode: 0o700 }));
  const taken = await access(join(trace, TRACE_FILES.rows)).then(
    () => true,
    () => false,
  );
  if (taken) {
    throw new UsageError(`--trace ${JSON.stringify(trace)} holds a trace already; name another directory.`);
  }
}

async function refuseSharedPlaces(
  written: readonly NamedPath[],
  trace: string | undefined,
  read: readonly NamedPath[],
): Promise<void> {
  for (const [index, { option, path }] of written.entries()) {
    for (const other of [...written.slice(index + 1), ...read]) {
      if (!(await isSameFile(path, other.path))) continue;
      throw new UsageError(
        `${option} ${JSON.stringify(path)} and ${other.option} ${JSON.stringify(other.path)} name the same file; give each its own.`,
      );
    }
    if (trace !== undefined && (await isWithin(path, trace))) {
      throw new UsageError(
        `${option} ${JSON.stringify(path)} lies in the folder of --trace ${JSON.stringify(trace)}, which holds a trace and nothing else; name another place.`,
      );
    }
    if (trace !== undefined && (await isWithin(trace, path))) {
      throw new UsageError(
        `--trace ${JSON.stringify(trace)} lies below ${option} ${JSON.stringify(path)}, which is a file; name another folder.`,
      );
    }
  }
}

/** The files that the flags name, `@WHEN`, `@SNR` and `name=@` taken away. */
function inputFiles(flags: InputFiles): NamedPath[] {
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

/** Opens a file for writing, without changing what is in it, and makes its directory. */
async function touch(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const handle = await open(path, 'a', 0o600);
  await handle.close();
}

async function attempt(option: string, path: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new UsageError(`${option} cannot write ${JSON.stringify(path)}: ${messageOf(error)}.`);
  }
}
