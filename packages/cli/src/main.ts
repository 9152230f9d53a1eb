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
    onInterrupt(listener) {
      process.on('SIGINT', listener);
      process.on('SIGTERM', listener);
      return () => {
        process.off('SIGINT', listener);
        process.off('SIGTERM', listener);
      };
    },
    exitNow: (code) => process.exit(code),
  });
  // A pending DNS query cannot be cancelled and would keep the process alive.
  setInterval(() => {
    if (process.stdout.writableLength === 0 && process.stderr.writableLength === 0) process.exit();
  }, FLUSH_CHECK_MS).unref();
}
