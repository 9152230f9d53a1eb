import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualClock } from '@hookline/runtime';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  createPiiMask,
  diffTraces,
  readMessage,
  renderLadder,
  renderMarkdown,
  renderStereo,
  summarise,
} from '../src/index.js';
import { createTraceWriter, openTrace, openTraceRows, zipTrace } from '../src/node/index.js';
import { laneOf } from '../src/vantage.js';
import { tellACall, teller } from './a-call.js';

const SAID = [
  'Ann',
  '+15550001',
  '+18000002',
  'R-17',
  'Table for two',
  'Bob of Ohio',
  '8675309',
  'free words',
  'mystery',
];

/** A call in which a person can be known in every place there is, kept without it. */
async function redacted(vantage: 'client' | 'server'): Promise<{ dir: string; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'hookline-pii-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const dir = join(folder, 'call');
  const writer = createTraceWriter({
    dir,
    vantage,
    clock: new VirtualClock(),
    url: 'ws://localhost:8080/book?caller=Bob of Ohio'.replaceAll(' ', '%20'),
    redactPii: true,
  });
  const { server, client, botDir } = teller(vantage);
  tellACall(writer, vantage);
  const turn = { disposition: 'match', text: 'Table for two', confidence: 0.9 };
  const entities = [
    { type: 'bot_turn_response', data: turn },
    { type: 'x', data: { mystery: 'mystery' } },
  ];
  const outputVariables = { count: 8675309, deep: { a: ['Bob of Ohio'] } };
  writer.event(server(5000, 'event', 6, 6, { entities }));
  writer.event(
    server(5001, 'disconnect', 7, 6, { reason: 'completed', info: 'free words', outputVariables }),
  );
  writer.event(server(5002, 'mystery_type', 8, 6, { what: 'mystery' }));
  for (const digit of '8675309') writer.event(client(5003, 'dtmf', 7, 7, { digit }));
  writer.event({ kind: 'message', t: 5004, dir: botDir, text: 'mystery, no JSON' });
  writer.event({
    kind: 'violation',
    t: 5005,
    clause: 'AC-OUT-2',
    text: 'got "Bob of Ohio" of R-17',
    fatal: false,
  });
  writer.result({
    path: 'success',
    durationMs: 4900,
    outputs: { reservationId: 'R-17', count: 8675309 },
    warnings: [{ clause: 'AC-OUT-2', message: 'got "mystery", R-17' }],
    turns: [{ text: 'Table for two' }],
  });
  await writer.close();
  return { dir, folder };
}

describe.each(['client', 'server'] as const)(
  'a trace without what tells of a person, taken by the %s',
  (vantage) => {
    test('holds nothing that was said, in no file, and no audio', async () => {
      const { dir } = await redacted(vantage);
      expect((await readdir(dir)).sort()).toEqual(['result.json', 'trace.ndjson']);
      for (const name of await readdir(dir)) {
        const text = await readFile(join(dir, name), 'utf8');
        for (const said of SAID.filter((word) => word !== 'mystery')) expect(text).not.toContain(said);
        expect(text.replaceAll('mystery_type', '').replaceAll('"mystery\\":', '')).not.toMatch(
          /mystery(?!\\":)/,
        );
      }
    });

    test('opens everywhere, and every message of it is as valid as it was', async () => {
      const { dir, folder } = await redacted(vantage);
      const trace = await openTrace(await zipTrace(dir, join(folder, 'call.zip')));
      expect(trace.truncated).toBe(false);
      expect(trace.header.redactions).toContain('audio');
      const faults = trace.rows.flatMap((row) => {
        if (row.kind !== 'message') return [];
        const sent = readMessage(laneOf(vantage, row.dir), row.text);
        return 'fault' in sent ? [sent.fault.code] : [];
      });
      expect(faults).toEqual(['not-json']);
      expect(summarise(trace)).toMatchObject({ dtmf: '********', bot: { frames: 12, audioMs: 2400 } });
      expect(renderLadder(trace.rows, { vantage })).toContain('outputs: reservationId=***');
      expect(renderMarkdown(trace)).toContain('2.4 s of audio');
      expect(renderStereo(trace).length).toBeGreaterThan(0);
      expect(diffTraces(trace, trace)).toEqual([]);
      const { rows } = await openTraceRows(dir);
      let count = 0;
      for await (const _ of rows) count += 1;
      expect(count).toBe(trace.rows.length);
    });
  },
);

test('a mask leaves what it masked out of what comes later, and rows of unknown kinds empty', () => {
  const mask = createPiiMask();
  const { server } = teller('client');
  const disconnect = server(1, 'disconnect', 1, 1, {
    reason: 'completed',
    outputVariables: { a: 'Mrs Smith' },
  });
  expect(JSON.stringify(mask.row(disconnect))).not.toContain('Smith');
  expect(mask.row({ kind: 'end', t: 2, by: 'peer', code: 1000, reason: 'bye Mrs Smith' })).toMatchObject({
    reason: 'bye ***',
  });
  expect(mask.row({ kind: 'unknown', t: 3, of: 'mark', row: { label: 'Mrs Smith' } })).toEqual({
    kind: 'unknown',
    t: 3,
    of: 'mark',
    row: { kind: 'mark', t: 3 },
  });
});
