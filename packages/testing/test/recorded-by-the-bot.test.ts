import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readWav } from '@hookline/audio';
import { demoSpeech, echo } from '@hookline/bots';
import type { WireSink } from '@hookline/protocol';
import { systemClock } from '@hookline/runtime';
import type { CallFacts } from '@hookline/server';
import { readTrace, renderLadder } from '@hookline/trace';
import { createTraceWriter, readTraceDir } from '@hookline/trace/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectNoSockets } from './finish-call.js';
import { Recording } from './recording.js';
import { expectSameBytes } from './same-bytes.js';
import { serve } from './serve-bot.js';
import { spoken } from './signals.js';

const [hello] = demoSpeech().map(spoken);
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hookline-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
  await expectNoSockets();
});

/** The sink in the README of the server; `closed` receives the path of each trace or the error. */
function traced(dir: string, closed: (outcome: unknown) => void): (call: CallFacts) => WireSink {
  return (call) => {
    const trace = createTraceWriter({
      dir: join(dir, call.id),
      vantage: 'server',
      clock: systemClock,
      url: call.url,
    });
    return {
      event(event) {
        trace.event(event);
        if (event.kind === 'end') trace.close().then(closed, closed);
      },
      audio: trace.audio,
    };
  };
}

describe('the sink of a call on the server', () => {
  test('stores the same events as the trace of the client, and no credentials', async (context) => {
    const outcomes: unknown[] = [];
    const sink = traced(folder, (outcome) => outcomes.push(outcome));
    const served = await serve(context, echo(), { bot: { sink } });
    const client = new Recording();
    const call = served.call({ caller: [hello!.data], sink: client });
    await new Promise((resolve) => call.on('callerDone', resolve));
    await call.sendDtmf('#');
    expect(await call.result).toMatchObject({ path: 'success', warnings: [] });
    await call.closed;
    await expect.poll(() => outcomes.length).toBe(1);
    const dir = String(outcomes[0]);
    const trace = await readTraceDir(dir);
    expect(trace.header).toMatchObject({ schemaVersion: 1, vantage: 'server', url: '/' });
    expect(trace.truncated).toBeFalsy();
    const kinds = trace.rows.map((row) => (row.kind === 'message' ? row.type : row.kind));
    expect(kinds.slice(0, 4)).toEqual(['request', 'response', 'open', 'opened']);
    expect(kinds.slice(-4)).toEqual(['disconnect', 'close', 'closed', 'end']);
    const raw = async (name: string) => new Uint8Array(await readFile(join(dir, name)));
    expectSameBytes(await raw('caller.raw'), Buffer.concat(client.frames.out.map(({ bytes }) => bytes)));
    expectSameBytes(await raw('bot.raw'), Buffer.concat(client.frames.in.map(({ bytes }) => bytes)));
    expect(readWav(await raw('call.wav'))).toMatchObject({ channels: 2 });
    const text = await readFile(join(dir, 'trace.ndjson'), 'utf8');
    expect(text).toMatch(/X-API-KEY: se\*\*\*\\r/i);
    expect(text).toMatch(/\\nSignature: /i);
    expect(text).not.toMatch(/sig1=:[\w+/]{8}|nonce=\\"[^*]{8}/);
    const ladder = renderLadder(readTrace(Buffer.from(text)).rows, { vantage: 'server', right: 'bot' });
    expect(ladder).toContain('disconnect completed');
  });

  test('does not affect the call if the disk accepts no bytes', async (context) => {
    const file = join(folder, 'no-directory');
    await writeFile(file, '');
    const outcomes: unknown[] = [];
    const sink = traced(file, (outcome) => outcomes.push(outcome));
    const served = await serve(context, echo(), { bot: { sink } });
    const client = new Recording();
    const call = served.call({ caller: [hello!.data], sink: client });
    await new Promise((resolve) => call.on('callerDone', resolve));
    await call.sendDtmf('#');
    expect(await call.result).toMatchObject({ path: 'success', warnings: [] });
    await call.closed;
    expect(client.frames.in.length).toBeGreaterThan(5);
    await expect.poll(() => outcomes.length).toBe(1);
    expect(outcomes).toEqual([expect.objectContaining({ code: 'TRACE_WRITE' })]);
  });

  test('does not delay the call if its own promise never settles', async (context) => {
    const never = new Promise<void>(() => {});
    const sink = (): WireSink => ({ event: () => never, audio: () => never });
    const served = await serve(context, echo(), { bot: { sink } });
    const call = served.call({ caller: [hello!.data] });
    await new Promise((resolve) => call.on('callerDone', resolve));
    await call.sendDtmf('#');
    expect(await call.result).toMatchObject({ path: 'success', warnings: [] });
    await call.closed;
  });
});
