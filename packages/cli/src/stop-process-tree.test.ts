import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { systemClock, VirtualClock } from '@hookline/runtime';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { stopProcessTree } from './stop-process-tree.js';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('stopping a process and its child processes', () => {
  test('gives up after a limit if they cannot be killed, and says so', async () => {
    vi.spyOn(process, 'kill').mockImplementation(() => {
      throw new Error('kill ESRCH');
    });
    const clock = new VirtualClock();
    const neverExits = new Promise(() => {});
    const stopped = await clock.run(
      stopProcessTree({ pid: 1 << 30 } as ChildProcess, neverExits, clock, 'linux'),
    );
    expect([stopped, clock.now()]).toEqual([false, 10_000]);
  });

  test('uses taskkill on Windows, where a process group cannot be signalled', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hookline-taskkill-'));
    const log = join(folder, 'taskkill');
    writeFileSync(log, '#!/bin/sh\n[ "$1 $3 $4" = "/pid /T /F" ] && kill -KILL "-$2"\n');
    chmodSync(log, 0o755);
    vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH']}`);
    const signals = vi.spyOn(process, 'kill');
    const child = spawn('sleep 60', { shell: true, detached: true, stdio: 'ignore' });
    expect(await stopProcessTree(child, once(child, 'exit'), systemClock, 'win32')).toBe(true);
    expect(child.signalCode).toBe('SIGKILL');
    expect(signals).not.toHaveBeenCalled();
    rmSync(folder, { recursive: true });
  });
});
