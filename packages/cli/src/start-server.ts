import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type Clock, HooklineError, sleep } from '@hookline/runtime';
import { type CliErrorCode, UsageError } from './exit-codes.js';
import { stopProcessTree } from './stop-process-tree.js';

/** A server that was started with a command of the user. */
export interface StartedServer {
  /**
   * Aborted once the command has failed although the port of the URL accepts connections, because calls then reach
   * another process, such as the bot of another job. Its reason is a `HooklineError` with the code `CLI_START`.
   */
  readonly lost: AbortSignal;
  /** Stops it and its child processes. Idempotent. */
  stop(): Promise<void>;
}

const START_LIMIT_MS = 60_000;
const POLL_MS = 100;

/**
 * Starts a command in its own process group, except on Windows, and waits until the host and port of `url` accept
 * connections. If `signal` aborts the wait, the command is stopped. No message contains the command, because it may
 * contain credentials.
 *
 * @param onSpawn - called when the command runs and the wait begins, so that it can be stopped before the wait ends
 * @throws UsageError if the port is already in use
 * @throws HooklineError `CLI_START` if the command exits first, or fails, or if the port accepts no connection within 60 s
 */
export async function startServer(
  command: string,
  url: string,
  context: { readonly clock: Clock; readonly stderr: NodeJS.WriteStream },
  signal: AbortSignal,
  onSpawn: (server: StartedServer) => void = () => {},
): Promise<StartedServer> {
  const { hostname, port, protocol } = new URL(url);
  const address: Address = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (protocol === 'wss:' ? 443 : 80) : Number(port),
  };
  if (await isListening(address)) {
    throw new UsageError(
      `--start: another process already listens on ${hostAndPortOf(address)}; stop it, or remove --start.`,
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
      `hookline: --start: the command (process ${child.pid}) could not be stopped; end it yourself.\n`,
    );
  };
  const stop = () => {
    stopping ??= end();
    return stopping;
  };
  const lost = new AbortController();
  const server = { lost: lost.signal, stop };
  onSpawn(server);
  const exit = () => child.exitCode ?? child.signalCode;
  try {
    await comesUp(exit, address, context.clock, signal);
  } catch (error) {
    await stop();
    throw error;
  }
  if (signal.aborted) await stop();
  void exited.then(async () => {
    // A server that crashes leaves the port free, and the results of the calls say so.
    if (!exit() || !(await isListening(address)) || stopping || signal.aborted) return;
    lost.abort(startError(`exited with ${exit()} while`, true, address));
  });
  return server;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Waits until the command listens, or `signal` aborts. @throws HooklineError `CLI_START` */
async function comesUp(
  exit: () => number | string | null,
  address: Address,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const startLimit = clock.now() + START_LIMIT_MS;
  let wasUp = false;
  for (;;) {
    const isUp = await isListening(address);
    // A command that exited with 0 may have left the server in the background.
    const hasFailed = isUp ? Boolean(exit()) : exit() !== null;
    if (hasFailed && !signal.aborted) throw startError(`exited with ${exit()} and`, isUp, address);
    // A command whose port another process took first fails a moment after that one listens.
    if (signal.aborted || (isUp && wasUp)) return;
    wasUp = isUp;
    if (!isUp && clock.now() > startLimit) {
      throw startError(`ran for ${START_LIMIT_MS / 1000} s and`, isUp, address);
    }
    await sleep(clock, POLL_MS);
  }
}

function startError(ending: string, isUp: boolean, address: Address): HooklineError<CliErrorCode> {
  const hostAndPort = hostAndPortOf(address);
  const found = isUp
    ? `another process listens on ${hostAndPort}; give each run its own port, and check the command`
    : `nothing listens on ${hostAndPort}; check the command and the port of the URL`;
  return new HooklineError<CliErrorCode>('CLI_START', `--start: the command ${ending} ${found}`);
}

function hostAndPortOf({ host, port }: Address): string {
  return `${host}:${port}`;
}

function isListening(address: Address): Promise<boolean> {
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
