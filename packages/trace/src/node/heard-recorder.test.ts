import { existsSync } from 'node:fs';
import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeMulaw, encodeMulaw, readWav, sine } from '@hookline/audio';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventBuilders, MEDIA } from '../../test/sample-call.js';
import { MAX_RECORDING_MS } from '../recording/stereo-lanes.js';
import { createStereoRecording } from '../recording/stereo-recording.js';
import { AppendFile } from './append-file.js';
import { createHeardRecorder } from './heard-recorder.js';
import { StereoFile } from './stereo-file.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hookline-record-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const opened = eventBuilders('client').server(5, 'opened', 1, 1, { media: [MEDIA] });
const tone = encodeMulaw(sine({ hz: 440, ms: 200 }));

describe('a recorder to a file', () => {
  test('writes the same bytes as the recording in memory', async () => {
    const path = join(dir, 'new', 'call.wav');
    const recorder = createHeardRecorder({ path });
    const memory = createStereoRecording();
    for (const sink of [recorder, memory]) {
      sink.event(opened);
      for (let k = 0; k < 100; k++) {
        sink.audio('out', 5 + 200 * (k + 1), tone);
        if (k % 7 > 2)
          for (let at = 0; at < 1600; at += 160)
            sink.heard(105 + 200 * k + at / 8, tone.subarray(at, at + 160));
      }
    }
    expect(await recorder.close()).toBe(path);
    const [written, kept] = [readWav(await readFile(path)), readWav(memory.wav())];
    expect(written.samples).toEqual(kept.samples);
    expect(written.truncated).toBe(false);
    expect(written.durationMs).toBe(20_000);
  });

  test('keeps the file playable during the call, in case the process crashes', async () => {
    const path = join(dir, 'call.wav');
    const file = new AppendFile(path, { exclusive: false });
    const stereo = new StereoFile(file, {});
    stereo.event(opened);
    for (let k = 0; k < 60; k++) stereo.audio('out', 5 + 200 * (k + 1), tone);
    await file.idle();
    const bytes = await readFile(path);
    expect(bytes.readUInt32LE(40)).toBe(bytes.length - 44);
    expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8);
    const wav = readWav(bytes);
    expect(wav.truncated).toBe(false);
    expect(wav.durationMs).toBeGreaterThanOrEqual(60 * 200 - 5000);
    expect(wav.samples.filter((_, i) => i % 2 === 0).subarray(0, 1600)).toEqual(decodeMulaw(tone));
    await stereo.close();
    expect(readWav(await readFile(path)).durationMs).toBe(12_000);
  });

  test('replaces an existing file, and writes a valid one for a call without audio', async () => {
    const path = join(dir, 'call.wav');
    await writeFile(path, 'x'.repeat(1000));
    await createHeardRecorder({ path }).close();
    expect(readWav(await readFile(path))).toMatchObject({ channels: 2, durationMs: 0 });
  });

  test('never throws into the call, and reports errors at close', async () => {
    await writeFile(join(dir, 'file'), '');
    const recorder = createHeardRecorder({ path: join(dir, 'file', 'call.wav') });
    for (let k = 0; k < 100; k++) recorder.audio('out', 200 * k, tone);
    await expect(recorder.close()).rejects.toMatchObject({ code: 'TRACE_WRITE' });
  });

  test.runIf(existsSync('/dev/full'))('reports at close that the disk is full', async () => {
    const recorder = createHeardRecorder({ path: '/dev/full' });
    for (let k = 0; k < 100; k++) recorder.audio('out', 200 * k, tone);
    await expect(recorder.close()).rejects.toMatchObject({
      code: 'TRACE_WRITE',
      message: expect.stringMatching(/\/dev\/full could not be written.*ENOSPC/),
    });
  });

  test.each([18, 61, 235])('records a complete call with %i minutes of silence', async (minutes) => {
    const path = join(dir, 'call.wav');
    const recorder = createHeardRecorder({ path });
    recorder.event(opened);
    recorder.audio('out', 205, tone);
    recorder.heard(5, tone);
    const before = process.memoryUsage();
    // The bot speaks again after the hold; everything between is reported in this one tick.
    recorder.heard(5 + minutes * 60_000, tone);
    const after = process.memoryUsage();
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(4e6);
    await recorder.close();
    const { size } = await stat(path);
    expect(size - 44).toBe((minutes * 60_000 + 200) * 32);
    const handle = await open(path, 'r');
    const part = async (at: number, length: number) =>
      (await handle.read(Buffer.alloc(length), 0, length, at)).buffer;
    expect((await part(40, 4)).readUInt32LE()).toBe(size - 44);
    const right = async (ms: number) => {
      const bytes = await part(44 + ms * 32, 6400);
      return Int16Array.from({ length: 1600 }, (_, i) => bytes.readInt16LE(i * 4 + 2));
    };
    expect(await right(0)).toEqual(decodeMulaw(tone));
    expect(await right(minutes * 60_000)).toEqual(decodeMulaw(tone));
    expect((await right(minutes * 30_000)).every((sample) => sample === 0)).toBe(true);
    await handle.close();
  });

  test('records a call of more than an hour, frame by frame, in constant memory', async () => {
    const path = join(dir, 'call.wav');
    const file = new AppendFile(path, { exclusive: false });
    const stereo = new StereoFile(file, {});
    stereo.event(opened);
    let most = 0;
    for (let k = 0; k < 5 * 3700; k++) {
      stereo.audio('out', 5 + 200 * (k + 1), tone);
      if (k % 3 === 0) stereo.heard(5 + 200 * k, tone);
      if (k % 500 === 0) {
        await file.idle();
        most = Math.max(most, process.memoryUsage().arrayBuffers);
      }
    }
    await stereo.close();
    expect((await stat(path)).size).toBe(44 + 3700 * 1000 * 32);
    expect(most).toBeLessThan(80e6);
  }, 60_000);

  test('records four hours and omits later audio', async () => {
    const path = join(dir, 'call.wav');
    const recorder = createHeardRecorder({ path });
    recorder.event(opened);
    for (const t of [Number.NaN, Number.MAX_VALUE, Number.POSITIVE_INFINITY, 1e15]) recorder.heard(t, tone);
    recorder.heard(5 + MAX_RECORDING_MS - 200, tone);
    recorder.heard(5 + MAX_RECORDING_MS, tone);
    await recorder.close();
    expect((await stat(path)).size).toBe(44 + MAX_RECORDING_MS * 32);
  });

  test('makes the recording readable only for its owner', async () => {
    const path = join(dir, 'call.wav');
    await createHeardRecorder({ path }).close();
    expect((await stat(path)).mode & 0o077).toBe(0);
  });

  test('keeps the order of all audio that is reported after the process was blocked for seconds', async () => {
    const path = join(dir, 'call.wav');
    const recorder = createHeardRecorder({ path });
    recorder.event(opened);
    for (let k = 0; k < 60; k++) recorder.audio('out', 5 + 200 * (k + 1), new Uint8Array(1600).fill(0xff));
    for (let k = 0; k < 10; k++) recorder.heard(5 + 200 * k, tone);
    await recorder.close();
    const right = readWav(await readFile(path)).samples.filter((_, i) => i % 2 === 1);
    const heard = decodeMulaw(tone);
    const start = right.findIndex((sample) => sample !== 0) - heard.findIndex((sample) => sample !== 0);
    for (let k = 0; k < 10; k++) {
      expect(right.subarray(start + 1600 * k, start + 1600 * (k + 1))).toEqual(heard);
    }
  });

  test('puts bot audio in its place that is reported up to four seconds late, for any length of frames', async () => {
    const path = join(dir, 'call.wav');
    const recorder = createHeardRecorder({ path });
    recorder.event(opened);
    for (let k = 0; k < 17; k++) recorder.audio('out', 5 + 300 * (k + 1), new Uint8Array(2400).fill(0xff));
    recorder.heard(5 + 1100, new Uint8Array(160).fill(0x10));
    await recorder.close();
    const right = readWav(await readFile(path)).samples.filter((_, i) => i % 2 === 1);
    expect(right.findIndex((sample) => sample !== 0)).toBe(1100 * 8);
  });
});
