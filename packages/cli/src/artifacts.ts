import { mkdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readWav, writeWav } from '@hookline/audio';
import type { CallResult } from '@hookline/client';
import type { WireSink } from '@hookline/protocol';
import { messageOf } from '@hookline/runtime';
import { createStereoRecording } from '@hookline/trace';
import { createHeardRecorder, createTraceWriter } from '@hookline/trace/node';
import type { CliContext } from './context.js';
import { deferSink } from './output/deferred-sink.js';

/** The flags that select which files of a call are written. */
export interface ArtifactFlags {
  /** A folder, or `off`. Without it a trace is stored only if the call failed or a rule was broken. */
  readonly trace?: string;
  readonly record?: string;
  readonly out?: string;
  /** Masks personal data and stores no audio. */
  readonly redactPii?: boolean;
}

/** The files that are written during a call. */
export interface Artifacts {
  readonly sinks: readonly WireSink[];
  /** Creates the files, which replaces existing ones. To be called when the call has begun. */
  start(): void;
  /** Completes the files. Without `--trace` the trace is deleted unless the call failed. */
  finish(result: CallResult, failed: boolean): Promise<WrittenArtifacts>;
}

/** The files that a call has written. */
export interface WrittenArtifacts {
  readonly trace?: string;
  readonly record?: string;
  readonly out?: string;
  /** One line for each file that could not be written. */
  readonly problems: readonly string[];
}

/** The files that the flags ask for; nothing is written before `start`. */
export function createArtifacts(
  flags: ArtifactFlags,
  url: string,
  secrets: readonly string[],
  context: CliContext,
): Artifacts {
  const trace =
    flags.trace === 'off'
      ? undefined
      : deferSink(() =>
          createTraceWriter({
            dir: flags.trace ?? newTraceFolder(context.clock.wall()),
            vantage: 'client',
            clock: context.clock,
            url,
            redactPii: flags.redactPii === true,
            secrets,
          }),
        );
  const { record, out } = flags;
  const recorder = record === undefined ? undefined : deferSink(() => createHeardRecorder({ path: record }));
  const botRecording = out === undefined ? undefined : createStereoRecording();

  return {
    sinks: [trace?.sink, recorder?.sink, botRecording].filter((sink) => sink !== undefined),
    start() {
      trace?.open();
      recorder?.open();
    },
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
      const writer = trace?.open();
      writer?.result(result);
      const keepTrace = wentWrong || flags.trace !== undefined;
      // If the trace is deleted anyway, an error of it is not reported.
      const tracePath =
        writer && (await (keepTrace ? attempt(() => writer.close()) : writer.close().catch(() => {})));
      if (tracePath !== undefined && !keepTrace) await attempt(() => deleteTrace(tracePath));
      const recordPath = recorder && (await attempt(() => recorder.open().close()));
      const written =
        botRecording &&
        out !== undefined &&
        (await attempt(async () => {
          await mkdir(dirname(out), { recursive: true });
          await writeFile(out, botChannel(botRecording.wav()), { mode: 0o600 });
          return out;
        }));
      return {
        ...(tracePath !== undefined && keepTrace ? { trace: tracePath } : {}),
        ...(recordPath === undefined ? {} : { record: recordPath }),
        ...(written ? { out: written } : {}),
        problems,
      };
    },
  };
}

/** Deletes a trace, and its parent folder if that is empty then. */
export async function deleteTrace(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await rmdir(dirname(folder)).catch(() => {});
}

/** The bot channel of a stereo recording, as a WAV file. */
function botChannel(stereo: Uint8Array): Uint8Array {
  const { samples, rate } = readWav(stereo);
  const bot = samples.filter((_, index) => index % 2 === 1);
  return writeWav({ codec: 'pcm16', rate, channels: 1, data: bot });
}

/** Enough that the calls of a load of thousands in one minute have different folders. */
const TRACE_SUFFIX_DIGITS = 12;

/** The path of a new trace folder below `parent`. Its name sorts by time and ends with a random suffix. */
export function newTraceFolder(wallMs: number, parent = '.hookline'): string {
  const stamp = new Date(wallMs).toISOString().slice(0, 16).replace(/[T:]/g, '-');
  const suffix = crypto.randomUUID().slice(-TRACE_SUFFIX_DIGITS);
  return join(parent, `${stamp.slice(0, 13)}${stamp.slice(14)}-${suffix}`);
}
