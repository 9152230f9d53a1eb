import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { HooklineError, sleep, systemClock } from '@hookline/runtime';
import { createRedactor } from '@hookline/trace';
import type { TestingErrorCode } from './testing-error.js';

/** A bot that a command has started. */
interface StartedBot {
  readonly up: Promise<void>;
  /** Rejects if the command has failed since it came up, although something listens at the URL. */
  checkIsOwn(): Promise<void>;
  stop(): void;
}

/** What starts a bot, and the credentials that no error may show. */
interface BotCommand {
  readonly command: string;
  readonly url: string;
  readonly secrets: readonly string[];
}

/** Started commands, by command and URL. */
const started = new Map<string, StartedBot>();

const UP_MS = 60_000;
const POLL_MS = 50;
/** How long the bot of an earlier test file may take to release the port after it was stopped, in milliseconds. */
const RELEASE_MS = 2000;
/** A host that answers nothing within this time, in milliseconds, does not listen. */
const CONNECT_MS = 1000;

/**
 * Starts a command, unless an earlier call of a test has, and waits until something listens at its URL. No error
 * contains the command, because it may contain credentials.
 *
 * @throws HooklineError `TESTING_START` if another process listens there, or if the command does not come up
 */
export async function startOnce(bot: BotCommand): Promise<void> {
  const key = `${bot.command} ${bot.url}`;
  const running = started.get(key) ?? start(bot);
  started.set(key, running);
  await running.up;
  await running.checkIsOwn();
}

/** Stops all commands that tests have started. Idempotent. */
export function stopBots(): void {
  for (const { stop } of started.values()) stop();
  started.clear();
}

function start(bot: BotCommand): StartedBot {
  let child: ChildProcess | undefined;
  let isStopped = false;
  let output = '';
  const { text: masked } = createRedactor(bot.secrets);
  const fail = (ending: string, isUp: boolean) => {
    const where = isUp ? `another process listens at ${bot.url}` : `nothing listens at ${bot.url}`;
    return startError(
      `The command of the bot ${ending}, and ${where}; check the command and the port. It said: ${output || 'nothing'}`,
    );
  };
  const run = async () => {
    await portIsFree(bot.url);
    if (isStopped) return;
    child = spawnBot(bot.command);
    child.stderr?.on('data', (bytes) => {
      // Masked before it is cut, because half a secret would not be found.
      output = masked(`${output}${bytes}`).slice(-1000);
    });
    await comesUp(child, bot.url, fail);
  };
  return {
    up: run(),
    async checkIsOwn() {
      const ending = child?.exitCode ?? child?.signalCode;
      if (ending && !isStopped && (await listens(bot.url))) throw fail(`ended with ${ending}`, true);
    },
    stop() {
      isStopped = true;
      if (child) endGroup(child, 'SIGTERM');
    },
  };
}

const isWindows = process.platform === 'win32';

/**
 * Kills the process group of the bot when the pipe to this process closes: however this process ends, the bot must not
 * outlive it, or the next run of the tests would call the old bot.
 */
const GUARD = "(trap '' TERM; read -r _; kill -KILL 0) <&3 >/dev/null 2>&1 &\nexec 3<&-\n";

function spawnBot(command: string): ChildProcess {
  if (isWindows) {
    // Without process groups; Ctrl-C reaches every process of the console.
    const child = spawn(command, { shell: true, stdio: ['ignore', 'ignore', 'pipe'] });
    process.once('exit', () => endGroup(child, 'SIGKILL'));
    return child;
  }
  const stdio = ['ignore', 'ignore', 'pipe', 'pipe'] as const;
  const child = spawn(`${GUARD}${command}`, { shell: true, detached: true, stdio: [...stdio] });
  const pipe = child.stdio[3];
  // Only the end of this process may close it, and it must not keep this process alive.
  if (pipe && 'unref' in pipe && typeof pipe.unref === 'function') pipe.unref();
  return child;
}

function endGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  if (isWindows) {
    spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' }).on('error', () => {});
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended.
  }
}

/** Waits until nothing listens. A test must call the bot of its command, not one that was left running. */
async function portIsFree(url: string): Promise<void> {
  const untilMs = systemClock.now() + RELEASE_MS;
  while (await listens(url)) {
    if (systemClock.now() >= untilMs) {
      throw startError(
        `another process already listens at ${url}, so the command of the bot was not started; stop that process, give each test file its own port, or leave out the command to test the bot that runs there.`,
      );
    }
    await sleep(systemClock, POLL_MS);
  }
}

async function comesUp(
  child: ChildProcess,
  url: string,
  fail: (ending: string, isUp: boolean) => Error,
): Promise<void> {
  const untilMs = systemClock.now() + UP_MS;
  let wasUp = false;
  for (;;) {
    const isUp = await listens(url);
    const ending = child.exitCode ?? child.signalCode;
    // A command that ended with 0 may have left the bot in the background.
    if (isUp ? Boolean(ending) : ending !== null) throw fail(`ended with ${ending}`, isUp);
    // A command whose port another process took first fails a moment after that one listens.
    if (isUp && wasUp) return;
    wasUp = isUp;
    if (!isUp && systemClock.now() >= untilMs) throw fail(`ran for ${UP_MS / 1000} s`, isUp);
    await sleep(systemClock, POLL_MS);
  }
}

function startError(message: string): HooklineError<TestingErrorCode> {
  return new HooklineError<TestingErrorCode>('TESTING_START', message);
}

function listens(url: string): Promise<boolean> {
  const { hostname, port, protocol } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? (protocol === 'wss:' ? 443 : 80) : Number(port),
    });
    const done = (up: boolean) => {
      cancel();
      socket.destroy();
      resolve(up);
    };
    const cancel = systemClock.after(CONNECT_MS, () => done(false));
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}
