import { systemClock } from '@hookline/runtime';
import { runCommand } from './program.js';

/**
 * Prints each warning of Node and of packages as one line, without the advice that Node adds for programmers. Warnings
 * of Hookline are not printed: the verbs report the same facts themselves.
 */
function printWarnings(): void {
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => {
    if (name !== 'HooklineWarning') process.stderr.write(`hookline: ${name}: ${message}\n`);
  });
}

/** How often the finished process checks whether its output has been written, in milliseconds. */
const FLUSH_CHECK_MS = 100;

/**
 * Calls the listener on the signals that end the process, until the returned function is called. The shell and the kernel
 * each send SIGHUP for one closed terminal, so that a second one is no second request.
 */
function onInterrupt(listener: (signal: NodeJS.Signals) => void): () => void {
  let isHungUp = false;
  const onHangup = (signal: NodeJS.Signals) => {
    if (isHungUp) return;
    isHungUp = true;
    listener(signal);
  };
  process.on('SIGINT', listener).on('SIGTERM', listener).on('SIGHUP', onHangup);
  return () => {
    process.off('SIGINT', listener).off('SIGTERM', listener).off('SIGHUP', onHangup);
  };
}

/** Runs the command with the arguments, streams and signals of this process. */
export async function main(): Promise<void> {
  // If the reader closes the pipe (`| head`), the output ends but the call continues.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  printWarnings();
  process.exitCode = await runCommand(process.argv.slice(2), {
    clock: systemClock,
    env: process.env,
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    onInterrupt,
    exitNow: (code) => process.exit(code),
  });
  // A pending DNS query cannot be cancelled and would keep the process alive.
  setInterval(() => {
    if (process.stdout.writableLength === 0 && process.stderr.writableLength === 0) process.exit();
  }, FLUSH_CHECK_MS).unref();
}
