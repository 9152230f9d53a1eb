import { once } from 'node:events';
import { createServer } from 'node:http';
import { readWav, rmsDbfs } from '@hookline/audio';
import { phrase } from '@hookline/bots';
import { systemClock } from '@hookline/runtime';
import { createBot } from '@hookline/server';
import { describe, expect, test } from 'vitest';
import type { DialMessage, Mark } from '../src/messages.js';
import { closeAfterTests, Page, startTestStudio } from './page.js';
import { findBestMatch } from './waveform-match.js';

const FRAME = 160;
const SAID = readWav(phrase('hello').bytes).samples;

/** A microphone that records silence for `leadMs`, then `samples`, then silence. */
function microphone(page: Page, samples: Int16Array, leadMs: number) {
  const startedAt = systemClock.now();
  const lead = leadMs * 8;
  let sent = 0;
  let stop = () => {};
  const tick = () => {
    for (const due = (systemClock.now() - startedAt) * 8; sent + FRAME <= due; sent += FRAME) {
      const frame = new Int16Array(FRAME);
      for (let i = 0; i < FRAME; i++) frame[i] = samples[sent + i - lead] ?? 0;
      page.sendMicrophone(sent, frame);
    }
    stop = systemClock.after(5, tick);
  };
  tick();
  closeAfterTests({ close: () => stop() });
}

const dialBuiltIn = async (order: Partial<DialMessage> = {}) => {
  const page = await Page.open(await startTestStudio());
  page.send({ type: 'dial', integration: 'builtin', caller: { kind: 'silence' }, ...order });
  return page;
};
// Runs in real time: if the machine stalls for longer than the jitter margin, the audio has a gap.
test('returns the speech repeated by the parrot at its original level', {
  timeout: 60_000,
  retry: 2,
}, async () => {
  const page = await dialBuiltIn({ caller: { kind: 'mic' } });
  microphone(page, SAID, 700);
  await page.next('mark', ({ mark }) => mark.kind === 'playback' && mark.to !== undefined);
  page.send({ type: 'hang-up' });
  await page.ended();
  const { at, correlation } = findBestMatch(SAID, page.recording);
  expect(correlation).toBeGreaterThanOrEqual(0.99);
  const back = page.recording.subarray(at, at + SAID.length);
  expect(Math.abs(rmsDbfs(back) - rmsDbfs(SAID))).toBeLessThan(0.1);
});

describe.concurrent('a call of a page', () => {
  test('sends keys, holds, changes the language, and ends with the outputs for the flow', {
    timeout: 60_000,
  }, async () => {
    const page = await dialBuiltIn({
      connectorId: 'ivr',
      inputs: [['code', '42']],
      outputs: ['verified', 'nothing'],
    });
    await page.state('connected');
    page.send({ type: 'language', language: 'fr-FR' });
    page.send({ type: 'hold', on: true });
    await page.next('state', ({ activity, onHold }) => activity === 'paused' && onHold);
    page.send({ type: 'hold', on: false });
    await page.next(
      'state',
      ({ activity, onHold }) => activity !== 'paused' && !onHold,
      page.messages.length,
    );
    page.send({ type: 'keys', digits: '42#2' });
    const { outcome } = await page.ended();
    expect(outcome).toMatchObject({
      path: 'success',
      keys: '42#2',
      outputs: { verified: 'true' },
      missing: ['nothing'],
    });
    expect(outcome.architect).toContain('Success path of Call Audio Connector');
    const types = page.rows.map(({ dir, type }) => `${dir} ${type}`);
    expect(types).toEqual(expect.arrayContaining(['out update', 'out paused', 'out resumed', 'out dtmf']));
    expect(page.marks.filter(({ kind }) => kind === 'key')).toHaveLength(4);
  });

  test('reports states, growing rows, playbacks that start and end, and lanes of both sides', {
    timeout: 60_000,
  }, async () => {
    const page = await dialBuiltIn({ connectorId: 'greeter' });
    await page.next('mark', ({ mark }) => mark.kind === 'playback' && mark.to !== undefined);
    page.send({ type: 'hang-up' });
    const { outcome } = await page.ended();
    expect([...new Set(page.of('state').map(({ state }) => state))]).toEqual([
      'dialing',
      'upgrading',
      'opening',
      'connected',
      'closing',
      'ended',
    ]);
    const rows = page.rows;
    expect(rows.map(({ n }) => n)).toEqual(rows.map((_, index) => index));
    expect(rows.slice(0, 4).map(({ type }) => type)).toEqual(['request', 'response', 'open', 'opened']);
    const sentRows = page.of('rows').flatMap((message) => message.rows);
    expect(sentRows.length).toBeGreaterThan(rows.length);
    const [playback] = page.marks.filter(
      (mark): mark is Extract<Mark, { kind: 'playback' }> =>
        mark.kind === 'playback' && mark.to !== undefined,
    );
    expect(playback?.heardMs).toBeCloseTo((playback?.to ?? 0) - (playback?.from ?? 0), 0);
    const lanes = page.of('lanes');
    expect(Math.max(...lanes.flatMap(({ bot }) => bot))).toBeGreaterThan(20);
    expect(lanes.every(({ caller, bot }) => caller.length === bot.length)).toBe(true);
    expect(outcome).toMatchObject({ path: 'disconnected', reason: 'callerHangup' });
  });
});

test('shows the request while the bot lets the upgrade wait', async () => {
  const silent = createServer().on('upgrade', () => {});
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  closeAfterTests({ close: () => void silent.close() });
  const address = silent.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const page = await dialBuiltIn({ integration: { baseUri: `ws://127.0.0.1:${port}` } });
  await page.state('upgrading');
  await page.next('rows', ({ rows }) => rows.some(({ type }) => type === 'request'));
  page.send({ type: 'hang-up' });
  const { outcome } = await page.ended();
  expect(outcome.path).toBe('disconnected');
});

test('a caption that contains the words of a barge-in is none', async () => {
  const bot = createBot({ auth: 'none' }, async (call) => {
    call.turn({ text: 'the word barge_in is only text', disposition: 'match' });
    await call.complete({});
  });
  const listening = await bot.listen(0, { host: '127.0.0.1' });
  closeAfterTests(listening);
  const page = await dialBuiltIn({ integration: { baseUri: listening.url } });
  await page.ended();
  expect(page.rows.map(({ type }) => type)).toContain('event');
  expect(page.of('state').map(({ activity }) => activity)).not.toContain('barged');
});

describe.concurrent('a call that fails', () => {
  const failed = async (order: Partial<DialMessage>) => {
    const page = await dialBuiltIn(order);
    const { outcome } = await page.ended();
    return { outcome, rows: page.rows };
  };

  test('reports a refused connection in the failure outputs, with a next step', async () => {
    const { outcome } = await failed({ integration: { baseUri: 'ws://127.0.0.1:9' } });
    expect(outcome).toMatchObject({ path: 'failure', cause: 'refused', errorType: 'NoResourceError' });
    expect(outcome.nextStep).toMatch(/^Start the bot/);
    expect(outcome.architect).toContain('Failure path');
  });
});
