import type { ProbeReport } from '@hookline/client';
import { expect, test } from 'vitest';
import type { Console } from './console.js';
import { reportProbe } from './report-probe.js';

function recordingConsole() {
  const errors: string[] = [];
  const console: Console = {
    out() {},
    err: (text) => errors.push(text),
    note() {},
    json() {},
    live() {},
    isLive: false,
    colour: false,
    unicode: true,
    quiet: false,
    columns: 80,
  };
  return { console, errors };
}

/** Of a bot that opened the probe and broke a rule. */
const REPORT: ProbeReport = {
  ok: true,
  verdict: 'mayFail',
  problems: [{ text: 'opened has no startPaused.', fatal: false, clause: 'AC-OPEN-5' }],
  url: 'wss://bots.example/v1',
  sessionId: 'c8a1c4b2-0000-4000-8000-000000000001',
  durationMs: 10,
};

test('an interrupted probe is reported as interrupted, not as broken rules', () => {
  const { console, errors } = recordingConsole();
  expect(reportProbe(REPORT, console, { json: true, interrupted: true })).toBe(130);
  expect(errors.map((line) => JSON.parse(line))).toEqual([
    { error: { code: 130, message: 'the probe was interrupted', url: REPORT.url } },
  ]);
});

test('broken rules are named as the reason with `strict`', () => {
  const { console, errors } = recordingConsole();
  expect(reportProbe(REPORT, console, { json: true, strict: true, interrupted: false })).toBe(1);
  expect(errors.map((line) => JSON.parse(line).error.message)).toEqual(['1 rule of the protocol broken']);
});
