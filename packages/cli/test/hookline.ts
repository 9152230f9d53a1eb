import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../bin/hookline.mjs', import.meta.url));

/** What a run of the command left. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of stdout as JSON. */
  readonly json: readonly Record<string, unknown>[];
}

/** A run of the command that goes on. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly finished: Promise<Finished>;
  /** The first line of stdout. */
  readonly firstLine: Promise<string>;
}

/** Starts the real binary. Its stdin is at its end, unless `openStdin` leaves it to the test. */
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
  const finished = once(child, 'close').then(
    (): Finished => ({
      code: child.exitCode,
      stdout,
      stderr,
      get json() {
        return stdout
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line));
      },
    }),
  );
  return { child, finished, firstLine };
}

/** Runs the real binary to its end. */
export function hookline(
  args: readonly string[],
  options: { cwd: string; env?: Record<string, string> },
): Promise<Finished> {
  return start(args, options).finished;
}
