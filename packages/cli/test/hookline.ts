import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@hookline/runtime';
import { expect } from 'vitest';
import { runCommand } from '../src/program.js';

const BIN = fileURLToPath(new URL('../bin/hookline.mjs', import.meta.url));

/** The result of a run of the command. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of stdout as JSON. */
  readonly json: readonly Record<string, unknown>[];
}

/** A running command. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly finished: Promise<Finished>;
  /** The first line of stdout. */
  readonly firstLine: Promise<string>;
}

/** Starts the real binary. Its stdin is closed unless `openStdin` is set. */
export function start(
  args: readonly string[],
  options: { cwd: string; env?: Record<string, string>; openStdin?: boolean },
): Running {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  if (!options.openStdin) child.stdin.end();
  let stdout = '';
  let stderr = '';
  const firstLine = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (bytes) => {
      stdout += bytes;
      if (stdout.includes('\n')) resolve(stdout.slice(0, stdout.indexOf('\n')));
    });
    child.once('exit', () => reject(new Error(`no line on stdout; stderr: ${stderr}`)));
  });
  firstLine.catch(() => {});
  child.stderr.on('data', (bytes) => {
    stderr += bytes;
  });
  const finished = once(child, 'close').then(() => left(child.exitCode, stdout, stderr));
  return { child, finished, firstLine };
}

/** Runs the real binary until it exits. */
export function hooklineProcess(
  args: readonly string[],
  options: { cwd: string; env?: Record<string, string> },
): Promise<Finished> {
  return start(args, options).finished;
}

/**
 * Runs the command to its end in this process, from its sources: what a verb does is the same, without the start of a
 * process for each run. Runs side by side must have the same directory, because a process has one.
 */
export async function hookline(
  args: readonly string[],
  options: { cwd: string; env?: Record<string, string> },
): Promise<Finished> {
  const entered = enter(options.cwd);
  const [stdout, stderr] = [new Captured(), new Captured()];
  try {
    const code = await new Promise<number>((resolve, reject) => {
      runCommand(args, {
        clock: systemClock,
        env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', ...options.env },
        stdin: nothing(),
        stdout: stdout as unknown as NodeJS.WriteStream,
        stderr: stderr as unknown as NodeJS.WriteStream,
        onInterrupt: () => () => {},
        exitNow: resolve,
      }).then(resolve, reject);
    });
    return left(code, stdout.text, stderr.text);
  } finally {
    leave(entered);
  }
}

function left(code: number | null, stdout: string, stderr: string): Finished {
  // The failed assertion of a test shows only the exit code, so print the error as well.
  if (stderr.includes('internal error')) console.error(`in ${process.cwd()}: ${stderr}`);
  return {
    code,
    stdout,
    stderr,
    get json() {
      return stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
    },
  };
}

class Captured extends Writable {
  text = '';

  constructor() {
    super({ decodeStrings: false });
  }

  override _write(chunk: string | Uint8Array, _: BufferEncoding, done: () => void): void {
    this.text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    done();
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** The current folder of the process during the runs of one test file. */
interface Place {
  readonly file: string | undefined;
  readonly home: string;
  readonly cwd: string;
  runs: number;
}

let place: Place | undefined;

function enter(cwd: string): Place {
  const file = expect.getState().testPath;
  const live = place && place.runs > 0 ? place : undefined;
  if (live && live.file === file) {
    if (live.cwd !== cwd) throw new Error(`A run in ${live.cwd} goes on; another directory is ${cwd}.`);
    live.runs += 1;
    return live;
  }
  // A run that hangs in a finished test file must not block the next file.
  place = { file, home: live?.home ?? process.cwd(), cwd, runs: 1 };
  process.chdir(cwd);
  return place;
}

function leave(left: Place): void {
  left.runs -= 1;
  if (left.runs === 0 && left === place) process.chdir(left.home);
}
