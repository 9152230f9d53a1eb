import { access, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf } from '@hookline/runtime';
import { TRACE_FILES } from '@hookline/trace/node';
import type { ArtifactFlags } from './artifacts.js';
import { UsageError } from './usage-error.js';

/**
 * Makes sure, before anything is dialled, that what a user asks to keep of a call can be written.
 *
 * @throws UsageError naming the option
 */
export async function checkArtifacts({ record, out, trace }: ArtifactFlags): Promise<void> {
  for (const [option, path] of [
    ['--record', record],
    ['--out', out],
  ] as const) {
    if (path !== undefined) await attempt(option, path, () => touch(path));
  }
  if (trace === undefined || trace === 'off') return;
  await attempt('--trace', trace, () => mkdir(trace, { recursive: true }));
  const taken = await access(join(trace, TRACE_FILES.rows)).then(
    () => true,
    () => false,
  );
  if (taken) {
    throw new UsageError(`--trace ${JSON.stringify(trace)} holds a trace already; name another directory.`);
  }
}

/** Opens a file for writing, without changing what is in it, and makes its directory. */
async function touch(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const handle = await open(path, 'a');
  await handle.close();
}

async function attempt(option: string, path: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new UsageError(`${option} cannot write ${JSON.stringify(path)}: ${messageOf(error)}.`);
  }
}
