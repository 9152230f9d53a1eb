import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type Clock, HooklineError, sleep } from '@hookline/runtime';
import { type CliErrorCode, UsageError } from './exit-codes.js';
import { stopProcessTree } from './stop-process-tree.js';

/** A server that was started with a command of the user. */
export interface StartedServer {
  /** Stops it and its child processes. Idempotent. */
  stop(): Promise<void>;
}

const START_LIMIT_MS = 60_000;
const POLL_MS = 100;

/**
 * Starts a command in its own process group, except on Windows, and waits until the host and port of `url` accept
 * connections. If `signal` aborts the wait, the command is stopped.
 *
 * @param onSpawn - called when the command runs and the wait begins, so that it can be stopped before the wait ends
 * @throws UsageError if the port is already in use
 * @throws HooklineError `CLI_START` if the command exits first, or if the port accepts no connection within 60 s
 */
export async function startServer(
  command: string,
  url: string,
  context: { readonly clock: Clock; readonly stderr: NodeJS.WriteStream },
  signal: AbortSignal,
  onSpawn: (server: StartedServer) => void = () => {},
): Promise<StartedServer> {
  const { hostname, port, protocol } = new URL(url);
  const address = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (protocol === 'wss:' ? 443 : 80) : Number(port),
  };
  const hostAndPort = `${address.host}:${address.port}`;
  if (await isListening(address)) {
    throw new UsageError(
      `--start: another process already listens on ${hostAndPort}; stop it, or remove --start.`,
    );
  }
  // On Windows it must stay in the console, so that Ctrl-C reaches it.
  const detached = process.platform !== 'win32';
  const child = spawn(command, { shell: true, detached, stdio: ['ignore', 'pipe', 'pipe'] });
  // Stdout contains only the results of this command.
  child.stdout.on('data', (bytes) => context.stderr.write(bytes));
  child.stderr.on('data', (bytes) => context.stderr.write(bytes));
  const exited = once(child, 'exit').catch(() => undefined);
  let stopping: Promise<void> | undefined;
  const end = async () => {
    if (await stopProcessTree(child, exited, context.clock)) return;
    context.stderr.write(
      `hookline: --start: ${JSON.stringify(command)} (process ${child.pid}) could not be stopped; end it yourself.\n`,
    );
  };
  const stop = () => {
    stopping ??= end();
    return stopping;
  };
  onSpawn({ stop });
  const startLimit = context.clock.now() + START_LIMIT_MS;
  while (!(await isListening(address))) {
    if (signal.aborted) {
      await stop();
      break;
    }
    const hasExited = child.exitCode !== null || child.signalCode !== null;
    if (hasExited || context.clock.now() > startLimit) {
      await stop();
      const outcome = hasExited
        ? `exited with ${child.exitCode ?? child.signalCode}`
        : `ran for ${START_LIMIT_MS / 1000} s`;
      throw new HooklineError<CliErrorCode>(
        'CLI_START',
        `--start: ${JSON.stringify(command)} ${outcome} and nothing listens on ${hostAndPort}; check the command and the port of the URL`,
      );
    }
    await sleep(context.clock, POLL_MS);
  }
  return { stop };
}

function isListening(address: { readonly host: string; readonly port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    const done = (up: boolean) => {
      socket.destroy();
      resolve(up);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
    socket.setTimeout(1000, () => done(false));
  });
}
