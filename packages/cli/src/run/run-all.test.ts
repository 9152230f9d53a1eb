import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
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

// Both calls in the same minute. Real time, because the traces are files.
const clock: Clock = {
  now: () => systemClock.now(),
  wall: () => 0,
  after: (ms, run) => systemClock.after(ms, run),
};

/** Runs the scenarios of a text against a server that answers as in a test. */
async function ran(
  text: string,
  {
    traces,
    parallel = 1,
    signal = new AbortController().signal,
    serving = () => {},
  }: {
    readonly traces: string;
    readonly parallel?: number;
    readonly signal?: AbortSignal;
    readonly serving?: (server: ScriptedServer) => void;
  },
) {
  const { scenarios } = await readScenarios(text, 'some.call.yaml');
  const reported: string[] = [];
  const incomplete: string[] = [];
  const written: string[] = [];
  const stream = {
    isTTY: false,
    write: (bytes: string) => written.push(bytes) > 0,
  } as unknown as NodeJS.WriteStream;
  const results = await runAll({
    scenarios,
    integration: defineIntegration({
      baseConnectionUri: 'wss://bots.example',
      apiKey: 'key',
      clientSecret: null,
      dial: (request) => {
        const server = new ScriptedServer(clock);
        serving(server);
        return server.dial(request);
      },
    }),
    baseConnectionUri: 'wss://bots.example',
    action: {},
    parallel,
    traces,
    keepAll: false,
    secrets: [],
    signal,
    console: createConsole({ env: {}, stdout: stream, stderr: stream }),
    context: {
      clock,
      env: {},
      stdin: process.stdin,
      stdout: stream,
      stderr: stream,
      onInterrupt: () => () => {},
      exitNow: () => {},
    },
    onResult: ({ scenario }) => reported.push(scenario.name),
    onIncompleteTrace: ({ name }) => incomplete.push(name),
  });
  return { results, reported, incomplete, written: written.join('') };
}

test('a passed call deletes only the trace that it wrote', async () => {
  vi.spyOn(crypto, 'randomUUID').mockReturnValue('00000000-0000-4000-8000-000000000001');
  const { results, incomplete, written } = await ran(
    'version: 1\nname: fails\nsteps: [{ expect: turn, within: 10ms }]\n---\nversion: 1\nname: passes\nsteps: []\n',
    { traces: join(folder, 'traces') },
  );
  const [failed, passed] = results;
  expect([failed?.passed, passed?.passed, passed?.trace]).toEqual([false, true, undefined]);
  expect(written).toContain('the trace of the call is incomplete');
  expect(new Set(incomplete)).toEqual(new Set(['passes']));
  expect(existsSync(failed?.trace ?? '')).toBe(true);
  expect((await readTraceDir(failed?.trace ?? '')).truncated).toBe(false);
});

test('a call that the interrupt cut off has neither passed nor failed, and its trace is kept', async () => {
  const abort = new AbortController();
  const traces = join(folder, 'cut');
  let open = 0;
  const { results, reported } = await ran(
    'version: 1\nname: would pass\nsteps: [{ wait: 60s }]\n---\nversion: 1\nname: would fail\nsteps: [{ expect: turn, within: 60s }]\n',
    {
      traces,
      parallel: 2,
      signal: abort.signal,
      serving(server) {
        void server.next('open').then(() => {
          open += 1;
          if (open === 2) abort.abort();
        });
      },
    },
  );
  expect([results, reported]).toEqual([[], []]);
  expect(readdirSync(traces)).toHaveLength(2);
});

test('a call that had failed before the interrupt is reported as failed', async () => {
  const abort = new AbortController();
  const { results, reported } = await ran(
    'version: 1\nname: fails\nsteps: [{ expect: turn, within: 10ms }]\n',
    {
      traces: join(folder, 'failed'),
      signal: abort.signal,
      serving: (server) => void server.next('close').then(() => abort.abort()),
    },
  );
  expect(reported).toEqual(['fails']);
  expect(results).toMatchObject([{ passed: false, trace: expect.any(String) }]);
});
