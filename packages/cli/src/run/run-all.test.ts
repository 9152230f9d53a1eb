import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineIntegration } from '@hookline/client';
import { ScriptedServer } from '@hookline/client/testing';
import { type Clock, systemClock } from '@hookline/runtime';
import { readScenarios } from '@hookline/scenario';
import { readTraceDir } from '@hookline/trace/node';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { newTraceFolder } from '../artifacts.js';
import { createConsole } from '../output/console.js';
import { runAll } from './run-all.js';

const folder = mkdtempSync(join(tmpdir(), 'hookline-run-all-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

test('the traces of calls in the same minute have different folders', () => {
  const names = Array.from({ length: 10_000 }, () => newTraceFolder(0));
  expect(new Set(names).size).toBe(names.length);
});

test('a passed call deletes only the trace that it wrote', async () => {
  const { scenarios } = await readScenarios(
    'version: 1\nname: fails\nsteps: [{ expect: turn, within: 10ms }]\n---\nversion: 1\nname: passes\nsteps: []\n',
    'two.call.yaml',
  );
  // Both calls in the same minute. Real time, because the traces are files.
  const clock: Clock = {
    now: () => systemClock.now(),
    wall: () => 0,
    after: (ms, run) => systemClock.after(ms, run),
  };
  const written: string[] = [];
  const stream = {
    isTTY: false,
    write: (text: string) => written.push(text) > 0,
  } as unknown as NodeJS.WriteStream;
  const console = createConsole({ env: {}, stdout: stream, stderr: stream });
  vi.spyOn(crypto, 'randomUUID').mockReturnValue('00000000-0000-4000-8000-000000000001');
  const run = runAll({
    scenarios,
    integration: defineIntegration({
      baseConnectionUri: 'wss://bots.example',
      apiKey: 'key',
      clientSecret: null,
      dial: (request) => new ScriptedServer(clock).dial(request),
    }),
    baseConnectionUri: 'wss://bots.example',
    action: {},
    parallel: 1,
    traces: join(folder, 'traces'),
    keepAll: false,
    secrets: [],
    signal: new AbortController().signal,
    console,
    context: {
      clock,
      env: {},
      stdin: process.stdin,
      stdout: stream,
      stderr: stream,
      onInterrupt: () => () => {},
      exitNow: () => {},
    },
    onResult: () => {},
  });
  const [failed, passed] = await run;
  expect([failed?.passed, passed?.passed, passed?.trace]).toEqual([false, true, undefined]);
  expect(written.join('')).toContain('the trace of the call is incomplete');
  expect(existsSync(failed?.trace ?? '')).toBe(true);
  expect((await readTraceDir(failed?.trace ?? '')).truncated).toBe(false);
});
