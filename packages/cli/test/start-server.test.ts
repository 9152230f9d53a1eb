import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '@hookline/runtime';
import { afterAll, describe, expect, test } from 'vitest';
import { freePort } from '#free-port';
import { startServer } from '../src/start-server.js';

const folder = mkdtempSync(join(tmpdir(), 'hookline-start-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FASTER = 40;
/** The timeout of one minute passes in 1.5 s. */
const fastClock: Clock = {
  now: () => systemClock.now() * FASTER,
  wall: () => systemClock.wall(),
  after: (ms, run) => systemClock.after(ms / FASTER, run),
};

/** Starts a command and waits for its server. */
async function started(command: string, { port = 9, clock = systemClock, onSpawn = (): void => {} } = {}) {
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
    const { signal } = new AbortController();
    const server = await startServer(command, url, { clock, stderr }, signal, onSpawn);
    return { server, printed, tookMs: clock.now() - begunMs };
  } catch (error) {
    return { error, printed, tookMs: clock.now() - begunMs };
  }
}

/** Whether a process is running; a zombie is not. */
function lives(pidFile: string): boolean {
  const state = `/proc/${readFileSync(pidFile, 'utf8').trim()}/stat`;
  return existsSync(state) && !/^\d+ \(.*\) Z/.test(readFileSync(state, 'utf8'));
}

/** A command that runs until it is told to fail. */
function failsOnRequest(name: string) {
  const request = join(folder, name);
  return {
    command: `until [ -e '${request}' ]; do sleep 0.01; done; exit 3`,
    fail: () => writeFileSync(request, ''),
  };
}

describe('a command of --start', () => {
  test.each([
    ['exits', 'exit 3', /exited with 3 and nothing listens on 127\.0\.0\.1:9/],
    ['is killed', 'kill -9 $$', /exited with SIGKILL and nothing listens/],
    ['does not exist', 'no-such-program-of-hookline', /exited with 127/],
  ])('that %s is reported immediately', async (_, command, message) => {
    const { error, tookMs } = await started(command);
    expect(error).toMatchObject({ code: 'CLI_START', message: expect.stringMatching(message) });
    expect(tookMs).toBeLessThan(60_000);
  });

  test('that never listens is stopped after 60 s with its child processes, even if they ignore SIGTERM', async () => {
    const pid = join(folder, 'pid');
    const ignoresSigterm = `trap '' TERM; head -c 100000 /dev/urandom; (trap '' TERM; sleep 600) & echo $! > '${pid}'; wait`;
    const { error, printed, tookMs } = await started(ignoresSigterm, { clock: fastClock });
    expect(error).toMatchObject({
      code: 'CLI_START',
      message: expect.stringContaining('ran for 60 s and nothing listens'),
    });
    expect(tookMs).toBeGreaterThanOrEqual(60_000);
    expect(printed.length).toBeGreaterThan(0);
    await expect.poll(() => lives(pid)).toBe(false);
  });

  test('is not started if the port is already in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const { error } = await started(`touch '${join(folder, 'begun')}'`, { port });
    other.close();
    expect(error).toMatchObject({ isUsage: true, message: expect.stringContaining('already listens on') });
    expect(existsSync(join(folder, 'begun'))).toBe(false);
  });

  test('is not repeated in the error, because it may contain credentials', async () => {
    const { error } = await started('SERVICE_TOKEN=c2VjcmV0LXNlY3JldC0xMjM0 false');
    expect(error).toMatchObject({
      message:
        '--start: the command exited with 1 and nothing listens on 127.0.0.1:9; check the command and the port of the URL',
    });
  });

  test('that fails because another process took its port first is not taken for that process', async () => {
    const port = await freePort();
    const { command, fail } = failsOnRequest('early');
    const other = createServer(fail);
    const { error } = await started(command, { port, onSpawn: () => other.listen(port, '127.0.0.1') });
    other.close();
    expect(error).toMatchObject({
      code: 'CLI_START',
      message: `--start: the command exited with 3 and another process listens on 127.0.0.1:${port}; give each run its own port, and check the command`,
    });
  });

  test('that fails during the calls is lost if another process answers them', async () => {
    const port = await freePort();
    const { command, fail } = failsOnRequest('late');
    const other = createServer();
    const { server } = await started(command, { port, onSpawn: () => other.listen(port, '127.0.0.1') });
    expect(server?.lost.aborted).toBe(false);
    fail();
    if (!server?.lost.aborted) await once(server?.lost ?? new EventTarget(), 'abort');
    other.close();
    expect(server?.lost.reason).toMatchObject({
      code: 'CLI_START',
      message: expect.stringContaining('exited with 3 while another process listens on'),
    });
  });
});
