import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@hookline/runtime';
import { afterAll, expect, test } from 'vitest';
import type { CliContext } from '../context.js';
import { createConsole } from '../output/console.js';
import { CallTraces } from './call-traces.js';

const cwd = mkdtempSync(join(tmpdir(), 'hookline-traces-'));
afterAll(() => rmSync(cwd, { recursive: true }));

test('an incomplete trace has a line too, and is rotated like the others', async () => {
  const lines: string[] = [];
  const write = (text: string) => {
    lines.push(text);
    return true;
  };
  const stream: Partial<NodeJS.WriteStream> = { write: write as NodeJS.WriteStream['write'] };
  const context = { clock: systemClock, env: {}, stdout: stream, stderr: stream } as CliContext;
  const parent = join(cwd, 'stored');
  const flags = { trace: parent, rotate: '1', json: true };
  const traces = new CallTraces(flags, context, createConsole({ ...flags, ...context }), 'ws');
  const request = { host: 'bot.example', target: '/' } as Parameters<CallTraces['begin']>[0];
  traces.begin(request, 1);
  await traces.finish();
  expect(readdirSync(parent)).toHaveLength(1);
  // Nothing can be written below a file.
  rmSync(parent, { recursive: true });
  writeFileSync(parent, '');
  traces.begin(request, 2);
  await traces.finish();
  rmSync(parent);
  mkdirSync(parent);
  traces.begin(request, 3);
  await traces.finish();
  expect(readdirSync(parent)).toHaveLength(1);
  const calls = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  expect(calls).toMatchObject([{ call: 1 }, { call: 2, problem: expect.any(String) }, { call: 3 }]);
  expect(existsSync(calls[1].trace)).toBe(false);
});
