import { readWav, rmsDbfs, toneDbfs } from '@hookline/audio';
import { phrase } from '@hookline/bots';
import { describe, expect, test } from 'vitest';
import { VirtualPage } from './virtual-page.js';
import { findBestMatch, isLoud } from './waveform-match.js';

const SAID = readWav(phrase('hello').bytes).samples;
const outcomeOf = async (page: VirtualPage) => {
  page.send({ type: 'hang-up' });
  await page.clock.advance(1000);
  const [result] = page.of('result');
  if (!result) throw new Error('no result');
  return result.outcome;
};

describe('the microphone of a page', () => {
  test.each([200, 20] as const)(
    'is repeated by the parrot sample for sample, with frames of %i ms',
    async (frameMs) => {
      const page = new VirtualPage('parrot');
      await page.dial({ frameMs });
      await page.recordSilence(500);
      await page.record(SAID);
      await page.recordSilence(4000);
      const { at, correlation } = findBestMatch(SAID, page.recording);
      expect(correlation).toBeGreaterThan(0.999);
      const back = page.recording.subarray(at, at + SAID.length);
      expect(Math.abs(rmsDbfs(back) - rmsDbfs(SAID))).toBeLessThan(0.05);
      expect(await outcomeOf(page)).toMatchObject({ underruns: 0, micDroppedMs: 0, path: 'disconnected' });
    },
  );

  test.each([
    [200, 260],
    [20, 100],
  ] as const)(
    'is echoed after at most a frame of %i ms plus the latency of the connection',
    async (frameMs, most) => {
      const page = new VirtualPage('echo');
      await page.dial({ frameMs });
      await page.recordSilence(1000);
      const spokenAt = page.clock.now() + SAID.findIndex(isLoud) / 8;
      await page.record(SAID);
      await page.recordSilence(400);
      const [{ openedAtMs = 0 } = {}] = page.of('state').filter(({ state }) => state === 'connected');
      const heardAt = openedAtMs + page.recording.findIndex(isLoud) / 8;
      expect(heardAt - spokenAt).toBeLessThanOrEqual(most);
    },
  );

  test('is dropped before the session is open, so that earlier speech does not delay the call', async () => {
    const page = new VirtualPage('echo');
    await page.record(SAID);
    page.send({ type: 'dial', integration: { baseUri: 'ws://localhost' }, caller: { kind: 'mic' } });
    await page.recordSilence(2000);
    expect(page.recording.some(isLoud)).toBe(false);
    const spokenAt = page.clock.now();
    await page.record(SAID);
    await page.recordSilence(400);
    const [{ openedAtMs = 0 } = {}] = page.of('state').filter(({ state }) => state === 'connected');
    const heardAt = openedAtMs + page.recording.findIndex(isLoud) / 8 - SAID.findIndex(isLoud) / 8;
    expect(heardAt - spokenAt).toBeLessThan(280);
  });
});

describe('another caller', () => {
  // Of the microphone, the frame during which the session opens has only the margin.
  test.each([
    ['tone', 0],
    ['mic', 160],
  ] as const)('is not late while a bot takes long to open the session: %s', async (kind, most) => {
    const page = new VirtualPage('greeter', 1200);
    await page.dial({ caller: { kind } });
    const pass = (ms: number) => (kind === 'mic' ? page.recordSilence(ms) : page.clock.advance(ms));
    await pass(8000);
    const [{ openedAtMs = 0 } = {}] = page.of('state').filter(({ state }) => state === 'connected');
    expect(openedAtMs).toBeGreaterThan(2000);
    page.send({ type: 'hang-up' });
    await pass(4000);
    const [{ callId, outcome } = { callId: '', outcome: undefined }] = page.of('result');
    expect(outcome?.callerLateMs).toBeLessThanOrEqual(most);
    await page.close();
    const stored = await page.context.traces.open(callId);
    expect(stored.trace.result).toMatchObject({ callerLateMs: outcome?.callerLateMs });
  });

  test('can be a WAV file, played once, a tone, or silence, and can change during the call', async () => {
    const page = new VirtualPage('parrot');
    const { id } = await page.context.uploads.add('hello.wav', phrase('hello').bytes);
    await page.dial({ caller: { kind: 'wav', id } });
    await page.clock.advance(6500);
    page.send({ type: 'caller', caller: { kind: 'tone', hz: 700 } });
    await page.clock.advance(1000);
    page.send({ type: 'caller', caller: { kind: 'silence' } });
    await page.clock.advance(3500);
    expect(findBestMatch(SAID, page.recording).correlation).toBeGreaterThan(0.999);
    const [first, second] = page.marks.filter((mark) => mark.kind === 'playback' && mark.to !== undefined);
    const [{ openedAtMs = 0 } = {}] = page.of('state').filter(({ state }) => state === 'connected');
    if (first?.kind !== 'playback' || second?.kind !== 'playback') throw new Error('no two playbacks');
    const from = Math.round((second.from - openedAtMs) * 8);
    expect(toneDbfs(page.recording.subarray(from + 4000, from + 6400), 700)).toBeGreaterThan(-21);
    expect(first.replyMs).toBeGreaterThan(700);
    expect(first.replyMs).toBeLessThan(1300);
  });

  test('is refused if it does not exist, and nothing changes', async () => {
    const page = new VirtualPage('echo');
    await page.dial({ caller: { kind: 'tone' } });
    page.send({ type: 'caller', caller: { kind: 'wav', id: 'audio-7' } });
    await page.clock.advance(1000);
    expect(page.of('refused')).toMatchObject([{ of: 'caller', code: 'failed' }]);
    expect(toneDbfs(page.recording.subarray(-1600), 440)).toBeGreaterThan(-21);
  });
});
