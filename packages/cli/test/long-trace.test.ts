import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hooklineProcess } from './hookline.js';

const cwd = mkdtempSync(join(tmpdir(), 'hookline-long-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const ID = '3f9f6d5e-0000-4000-8000-000000000001';
const MEDIA = [{ type: 'audio', format: 'PCMU', channels: ['external'], rate: 8000 }];
const RUN_MS = 5000;
const RUN = { arrivalsMs: Array.from({ length: 25 }, (_, at) => at * 200), sizes: Array(25).fill(1600) };
const RUN_BYTES = 40_000;

/** Writes the trace of a call in which both sides speak continuously, with a turn event each second. */
function writeCall(name: string, minutes: number): void {
  const rows: object[] = [];
  let clientseq = 0;
  let seq = 0;
  const message = (t: number, dir: 'in' | 'out', type: string, parameters: object = {}) => {
    const counters =
      dir === 'in'
        ? { seq: ++clientseq, serverseq: seq, position: `PT${(t / 1000).toFixed(1)}S` }
        : { seq: ++seq, clientseq };
    const text = JSON.stringify({ version: '2', type, id: ID, ...counters, parameters });
    rows.push({ t, dir, kind: 'message', type, text });
  };
  const participant = { id: ID, ani: '', aniName: '', dnis: '' };
  message(2, 'in', 'open', { organizationId: ID, conversationId: ID, participant, media: MEDIA });
  message(9, 'out', 'opened', { startPaused: false, media: MEDIA });
  const runs = (minutes * 60_000) / RUN_MS;
  for (let run = 0; run < runs; run++) {
    const t = 10 + run * RUN_MS;
    const audio = { t, kind: 'audio', offset: run * RUN_BYTES, length: RUN_BYTES, ...RUN };
    rows.push({ ...audio, dir: 'in' }, { ...audio, dir: 'out' });
    message(t + 300, 'in', 'ping', { rtt: 'PT0.02S' });
    message(t + 305, 'out', 'pong');
    for (let second = 0; second < 5; second++) {
      const data = { disposition: 'match', text: `turn ${run} ${second}`, confidence: 0.5 };
      message(t + 400 + second * 900, 'out', 'event', { entities: [{ type: 'bot_turn_response', data }] });
    }
  }
  const endMs = 10 + runs * RUN_MS;
  message(endMs, 'out', 'disconnect', { reason: 'completed', outputVariables: { a: 'b' } });
  message(endMs + 5, 'in', 'close', { reason: 'disconnect' });
  message(endMs + 8, 'out', 'closed');
  rows.push({ t: endMs + 10, dir: 'in', kind: 'end', by: 'peer', code: 1000, reason: '' });
  const header = {
    format: 'hookline-trace',
    schemaVersion: 1,
    vantage: 'proxy',
    started: '2026-11-29T00:00:00.000Z',
    url: '/bot',
    codec: 'PCMU',
    rate: 8000,
    channels: ['external'],
    redactions: [],
  };
  mkdirSync(join(cwd, name));
  const lines = [header, ...rows].map((row) => JSON.stringify(row));
  writeFileSync(join(cwd, name, 'trace.ndjson'), `${lines.join('\n')}\n`);
  for (const file of ['caller.raw', 'bot.raw']) {
    writeFileSync(join(cwd, name, file), '');
    truncateSync(join(cwd, name, file), runs * RUN_BYTES);
  }
}

beforeAll(() => {
  writeCall('minute', 1);
  writeCall('hour', 60);
});

/** The peak memory of a run, in megabytes. */
async function peakMb(args: readonly string[]): Promise<number> {
  const told =
    "process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS + '\\n'))";
  const run = await hooklineProcess([...args], {
    cwd,
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(told)}` },
  });
  expect([run.code, run.stderr]).toEqual([0, expect.stringMatching(/^peak \d+\n$/)]);
  return Number(run.stderr.slice('peak '.length)) / 1024;
}

describe('a trace of one hour', () => {
  // `calibrate` keeps the messages of one call in memory, but no audio.
  test.each<[string, (trace: string) => string[], number]>([
    ['show', (trace) => ['show', trace], 40],
    ['show --json', (trace) => ['show', trace, '--json'], 40],
    ['inspect', (trace) => ['inspect', trace], 40],
    ['inspect --format md', (trace) => ['inspect', trace, '--format', 'md'], 40],
    ['inspect diff', (trace) => ['inspect', 'diff', trace, trace], 40],
    ['calibrate', (trace) => ['calibrate', trace], 120],
  ])(
    'needs little more memory for %s than a trace of one minute',
    { timeout: 120_000 },
    async (_, args, limitMb) => {
      const [minute, hour] = await Promise.all([peakMb(args('minute')), peakMb(args('hour'))]);
      expect(hour - minute).toBeLessThan(limitMb);
    },
  );
});
