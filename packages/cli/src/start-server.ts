import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type Clock, HooklineError, sleep } from '@hookline/runtime';
import { type CliErrorCode, UsageError } from './exit-codes.js';

/** A server that the user's command started. */
export interface StartedServer {
  /** Ends it and all that it started. Idempotent. */
  stop(): Promise<void>;
}

const UP_MS = 60_000;
const LOOK_MS = 100;
/** Between the request to end and the end by force, in milliseconds. */
const STOP_MS = 5000;

/**
 * Starts a command in a process group of its own and waits until something listens where `url` points. When `signal` ends
 * the wait, the command is ended too.
 *
 * @throws UsageError when something listens there already
 * @throws HooklineError `START` when the command ends before, or nothing listens after 60 s
 */
export async function startServer(
  command: string,
  url: string,
  given: { readonly clock: Clock; readonly stderr: NodeJS.WriteStream },
  signal: AbortSignal,
): Promise<StartedServer> {
  const { hostname, port, protocol } = new URL(url);
  const at = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (protocol === 'wss:' ? 443 : 80) : Number(port),
  };
  const where = `${at.host}:${at.port}`;
  if (await listens(at)) {
    throw new UsageError(`--start: something listens at ${where} already; stop it, or leave --start out.`);
  }
  const child = spawn(command, { shell: true, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  // What it prints is no result of ours.
  child.stdout.on('data', (bytes) => given.stderr.write(bytes));
  child.stderr.on('data', (bytes) => given.stderr.write(bytes));
  const exited = once(child, 'exit').catch(() => undefined);
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= end(child, exited, given.clock);
    return stopping;
  };
  const until = given.clock.now() + UP_MS;
  while (!(await listens(at))) {
    if (signal.aborted) {
      await stop();
      break;
    }
    const over = child.exitCode !== null || child.signalCode !== null;
    if (over || given.clock.now() > until) {
      await stop();
      const what = over ? `ended (${child.exitCode ?? child.signalCode})` : `ran for ${UP_MS / 1000} s`;
      throw new HooklineError<CliErrorCode>(
        'CLI_START',
        `--start: ${JSON.stringify(command)} ${what} and nothing listens at ${where}; check the command and the port of the URL`,
      );
    }
    await sleep(given.clock, LOOK_MS);
  }
  return { stop };
}

async function end(child: ChildProcess, exited: Promise<unknown>, clock: Clock): Promise<void> {
  signalGroup(child, 'SIGTERM');
  const patience = new AbortController();
  await Promise.race([exited, sleep(clock, STOP_MS, patience.signal).catch(() => {})]);
  patience.abort();
  // What the command itself started may outlive it.
  signalGroup(child, 'SIGKILL');
  await exited;
}

function signalGroup({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // The group is empty.
  }
}

function listens(at: { readonly host: string; readonly port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(at);
    const done = (up: boolean) => {
      socket.destroy();
      resolve(up);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
    socket.setTimeout(1000, () => done(false));
  });
}
