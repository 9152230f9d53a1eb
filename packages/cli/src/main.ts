import { systemClock } from '@hookline/runtime';
import { EXIT } from './exit-codes.js';
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

/** The errors of an output whose reader is gone (`| head`). The output ends, but the call continues. */
const READER_GONE: ReadonlySet<string | undefined> = new Set(['EPIPE', 'ERR_STREAM_DESTROYED']);

/** Lets the process exit with 8 and say why if an output was lost, for example on a full disk, unless it failed anyway. */
function reportLostOutput(): void {
  let lost: string | undefined;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (!READER_GONE.has(error.code)) lost ??= `the output could not be written: ${error.message}`;
    });
  }
  process.once('exit', (code) => {
    if (lost === undefined || code !== EXIT.success) return;
    process.exitCode = EXIT.internal;
    const line = process.argv.includes('--json')
      ? JSON.stringify({ error: { code: EXIT.internal, message: lost } })
      : `hookline: ${lost}`;
    process.stderr.write(`${line}\n`);
  });
}

/** Runs the command with the arguments, streams and signals of this process. */
export async function main(): Promise<void> {
  reportLostOutput();
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
  // The verb listens no more. A second signal must not replace its exit code.
  onInterrupt(() => process.exit());
  // A pending DNS query cannot be cancelled and would keep the process alive.
  setInterval(() => {
    if (process.stdout.writableLength === 0 && process.stderr.writableLength === 0) process.exit();
  }, FLUSH_CHECK_MS).unref();
}
