import { rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readWav, writeWav } from '@hookline/audio';
import type { CallResult } from '@hookline/client';
import type { WireSink } from '@hookline/protocol';
import { messageOf } from '@hookline/runtime';
import { createStereoRecording } from '@hookline/trace';
import { createHeardRecorder, createTraceWriter } from '@hookline/trace/node';
import type { CliContext } from './context.js';

/** What a user asks to keep of a call. */
export interface ArtifactFlags {
  /** A folder, or `off`; where none is named, a trace is kept of a call that went wrong. */
  readonly trace?: string;
  readonly record?: string;
  readonly out?: string;
  /** Masks personal data and keeps no audio. */
  readonly redactPii?: boolean;
}

/** Files that are written during a call. */
export interface Artifacts {
  readonly sinks: readonly WireSink[];
  /** Ends the files. A trace that nobody asked for is kept only when the call went wrong. */
  finish(result: CallResult, wentWrong: boolean): Promise<Kept>;
}

/** What is left of a call on disk. */
export interface Kept {
  readonly trace?: string;
  readonly record?: string;
  readonly out?: string;
  /** What of it could not be written, one line each. */
  readonly problems: readonly string[];
}

/** Starts the files that the flags ask for. */
export function keepArtifacts(
  flags: ArtifactFlags,
  url: string,
  secrets: readonly string[],
  context: CliContext,
): Artifacts {
  const trace =
    flags.trace === 'off'
      ? undefined
      : createTraceWriter({
          dir: flags.trace ?? newTraceFolder(context.clock.wall()),
          vantage: 'client',
          clock: context.clock,
          url,
          redactPii: flags.redactPii === true,
          secrets,
        });
  const recorder = flags.record === undefined ? undefined : createHeardRecorder({ path: flags.record });
  const heard = flags.out === undefined ? undefined : createStereoRecording();
  const { out } = flags;

  return {
    sinks: [trace, recorder, heard].filter((sink) => sink !== undefined),
    async finish(result, wentWrong) {
      const problems: string[] = [];
      const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
        try {
          return await work();
        } catch (error) {
          problems.push(messageOf(error));
          return undefined;
        }
      };
      trace?.result(result);
      const keep = wentWrong || flags.trace !== undefined;
      // Nobody misses a trace that would be thrown away.
      const traced = trace && (await (keep ? attempt(() => trace.close()) : trace.close().catch(() => {})));
      if (traced !== undefined && !keep) await attempt(() => forget(traced));
      const recorded = recorder && (await attempt(() => recorder.close()));
      const written =
        heard &&
        out !== undefined &&
        (await attempt(() => writeFile(out, botLane(heard.wav()), { mode: 0o600 }).then(() => out)));
      return {
        ...(traced !== undefined && keep ? { trace: traced } : {}),
        ...(recorded === undefined ? {} : { record: recorded }),
        ...(written ? { out: written } : {}),
        problems,
      };
    },
  };
}

/** Removes a trace that nobody asked for, and the folder of such traces when it was the only one. */
async function forget(folder: string): Promise<void> {
  await rm(folder, { recursive: true });
  await rmdir(dirname(folder)).catch(() => {});
}

/** The bot alone, of a stereo recording. */
function botLane(stereo: Uint8Array): Uint8Array {
  const { samples, rate } = readWav(stereo);
  const bot = samples.filter((_, index) => index % 2 === 1);
  return writeWav({ codec: 'pcm16', rate, channels: 1, data: bot });
}

/** Where a trace goes that nobody named: a folder of its own below `parent`, which sorts by time. */
export function newTraceFolder(wallMs: number, parent = '.hookline'): string {
  const stamp = new Date(wallMs).toISOString().slice(0, 16).replace(/[T:]/g, '-');
  const own = crypto.randomUUID().slice(0, 4);
  return join(parent, `${stamp.slice(0, 13)}${stamp.slice(14)}-${own}`);
}
