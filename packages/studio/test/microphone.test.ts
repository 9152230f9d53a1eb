import { decodeMulaw, encodeMulaw, readWav, rmsDbfs, toneDbfs, writeWav } from '@hookline/audio';
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

  test('is heard when it is started again during a call, as after another caller', async () => {
    const page = new VirtualPage('echo');
    await page.dial();
    await page.recordSilence(500);
    page.send({ type: 'caller', caller: { kind: 'silence' } });
    await page.clock.advance(3000);
    page.restartMicrophone();
    page.send({ type: 'caller', caller: { kind: 'mic' } });
    await page.record(SAID);
    await page.recordSilence(400);
    expect(findBestMatch(SAID, page.recording).correlation).toBeGreaterThan(0.999);
    expect(await outcomeOf(page)).toMatchObject({ micDroppedMs: 0 });
  });

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

/** Uploads 10 s of noise, of which each piece is found at one place only. */
async function addNoise(page: VirtualPage) {
  let seed = 1;
  const noise = Buffer.from(
    Uint8Array.from({ length: 80_000 }, () => {
      seed = (seed * 48_271) % 0x7fffffff;
      // Loud codes, which are encoded as they were decoded.
      return 0x80 | (seed & 0x3f);
    }),
  );
  const wav = writeWav({ codec: 'pcm16', data: decodeMulaw(noise), rate: 8000, channels: 1 });
  const { id } = await page.context.uploads.add('noise.wav', wav);
  return { noise: Buffer.from(encodeMulaw(decodeMulaw(noise))), id };
}

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

  test.each([
    [200, 100],
    [200, 1234],
    [200, 3333],
    [20, 1001],
  ] as const)('loses as much as a hold lasts: frames of %i ms, %i ms', async (frameMs, heldMs) => {
    const page = new VirtualPage('echo');
    const { noise, id } = await addNoise(page);
    await page.dial({ caller: { kind: 'wav', id }, frameMs });
    await page.clock.advance(1050);
    page.send({ type: 'hold', on: true });
    await page.clock.advance(heldMs);
    page.send({ type: 'hold', on: false });
    await page.clock.advance(2000);
    page.send({ type: 'hang-up' });
    await page.clock.advance(1000);
    const [{ callId, outcome } = { callId: '', outcome: undefined }] = page.of('result');
    expect(outcome?.callerLateMs).toBe(0);
    await page.close();
    const { caller, rows } = (await page.context.traces.open(callId)).trace;
    const skipped = (at: number) => noise.indexOf(caller.subarray(at, at + 80)) - at;
    const before = skipped(0);
    expect(before).toBeGreaterThanOrEqual(0);
    const lost = (skipped(caller.length - 80) - before) / 8;
    const [gap] = rows.flatMap((row) =>
      row.kind === 'message' && row.type === 'resumed' ? [JSON.parse(row.text).parameters.discarded] : [],
    );
    expect(gap).toBe(`PT${lost / 1000}S`);
    expect(Math.abs(lost - heldMs)).toBeLessThanOrEqual(frameMs);
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
