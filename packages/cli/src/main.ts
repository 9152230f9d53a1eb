import { systemClock } from '@hookline/runtime';
import { runCommand } from './program.js';

/**
 * Warnings of Node and of packages as one line each, without the advice for programmers that Node adds. Those of
 * Hookline itself are left out: the verbs log what goes wrong, and say who may call.
 */
function printWarnings(): void {
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => {
    if (name !== 'HooklineWarning') process.stderr.write(`hookline: ${name}: ${message}\n`);
  });
}

/** How often a process that is done looks whether its output has left, in milliseconds. */
const LEAVE_MS = 100;

/** Runs the command of this process: arguments, streams and signals are its own. */
export async function main(): Promise<void> {
  // A reader that goes away (`| head`) ends the output, not the call.
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
  // Everything is done and printed, but a name that is being resolved, which nothing can cancel, would keep the process.
  setInterval(() => {
    if (process.stdout.writableLength === 0 && process.stderr.writableLength === 0) process.exit();
  }, LEAVE_MS).unref();
}
