import { type ChildProcess, spawn } from 'node:child_process';
import { type Clock, sleep } from '@hookline/runtime';

/** From the request to end to the kill, in milliseconds. */
const KILL_DELAY_MS = 5000;
/** From the kill until a process counts as impossible to end, in milliseconds. */
const EXIT_DELAY_MS = 5000;

/**
 * Ends a process and its child processes. It leads a process group, except on Windows.
 *
 * @param exited - resolves when the process exits
 * @returns whether it has exited
 */
export async function stopProcessTree(
  child: ChildProcess,
  exited: Promise<unknown>,
  clock: Clock,
  platform: NodeJS.Platform = process.platform,
): Promise<boolean> {
  const end = platform === 'win32' ? endTree : signalGroup;
  end(child, 'SIGTERM');
  await settles(exited, KILL_DELAY_MS, clock);
  // Child processes of the command may still run.
  end(child, 'SIGKILL');
  return settles(exited, EXIT_DELAY_MS, clock);
}

async function settles(exited: Promise<unknown>, withinMs: number, clock: Clock): Promise<boolean> {
  const timer = new AbortController();
  const late = sleep(clock, withinMs, timer.signal).then(
    () => false,
    () => false,
  );
  const isSettled = await Promise.race([exited.then(() => true), late]);
  timer.abort();
  return isSettled;
}

function signalGroup({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // The process group has ended.
  }
}

/** Windows has neither process groups nor a request to end for programs without a window. */
function endTree({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  // If it cannot be started, the process is reported as still running.
  spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' }).on('error', () => {});
}
