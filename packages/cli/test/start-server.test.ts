import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '@hookline/runtime';
import { afterAll, describe, expect, test } from 'vitest';
import { startServer } from '../src/start-server.js';

const folder = mkdtempSync(join(tmpdir(), 'hookline-start-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FASTER = 40;
/** The minute that is waited for a server passes sooner. */
const fastClock: Clock = {
  now: () => systemClock.now() * FASTER,
  wall: () => systemClock.wall(),
  after: (ms, run) => systemClock.after(ms / FASTER, run),
};

/** Starts a command whose server is waited for. */
async function started(command: string, { port = 9, clock = systemClock } = {}) {
  let printed = '';
  const stderr = {
    write(bytes: Uint8Array) {
      printed += bytes;
      return true;
    },
  } as unknown as NodeJS.WriteStream;
  const begunMs = clock.now();
  const url = `ws://127.0.0.1:${port}/bot`;
  try {
    const server = await startServer(command, url, { clock, stderr }, new AbortController().signal);
    return { server, printed, tookMs: clock.now() - begunMs };
  } catch (error) {
    return { error, printed, tookMs: clock.now() - begunMs };
  }
}

/** Whether a process is there; a zombie that nobody has waited for is none. */
function lives(pidFile: string): boolean {
  const state = `/proc/${readFileSync(pidFile, 'utf8').trim()}/stat`;
  return existsSync(state) && !/^\d+ \(.*\) Z/.test(readFileSync(state, 'utf8'));
}

describe('a command of --start', () => {
  test.each([
    ['ends', 'exit 3', /ended \(3\) and nothing listens at 127\.0\.0\.1:9/],
    ['is killed', 'kill -9 $$', /ended \(SIGKILL\) and nothing listens/],
    ['is no command', 'no-such-program-of-hookline', /ended \(127\)/],
  ])('that %s is told at once', async (_, command, message) => {
    const { error, tookMs } = await started(command);
    expect(error).toMatchObject({ code: 'CLI_START', message: expect.stringMatching(message) });
    expect(tookMs).toBeLessThan(60_000);
  });

  test('that prints junk and never listens is ended with all that it started, though it ignores that', async () => {
    const pid = join(folder, 'pid');
    const deaf = `trap '' TERM; head -c 100000 /dev/urandom; (trap '' TERM; sleep 600) & echo $! > '${pid}'; wait`;
    const { error, printed, tookMs } = await started(deaf, { clock: fastClock });
    expect(error).toMatchObject({
      code: 'CLI_START',
      message: expect.stringContaining('ran for 60 s and nothing listens'),
    });
    expect(tookMs).toBeGreaterThanOrEqual(60_000);
    expect(printed.length).toBeGreaterThan(0);
    await expect.poll(() => lives(pid)).toBe(false);
  });

  test('is not begun where something listens already', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const { error } = await started(`touch '${join(folder, 'begun')}'`, { port });
    other.close();
    expect(error).toMatchObject({ isUsage: true, message: expect.stringContaining('listens at') });
    expect(existsSync(join(folder, 'begun'))).toBe(false);
  });
});
