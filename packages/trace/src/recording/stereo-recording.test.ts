import { decodeMulaw, encodeL16, encodeMulaw, readWav, sine } from '@hookline/audio';
import { describe, expect, test } from 'vitest';
import { MEDIA, teller } from '../../test/a-call.js';
import { createStereoRecording, type StereoRecording } from './stereo-recording.js';
import type { RecordingOptions } from './timeline.js';

const FRAME_MS = 200;

function lanes(recording: StereoRecording): { left: Int16Array; right: Int16Array } {
  const { samples, channels, rate } = readWav(recording.wav());
  expect({ channels, rate }).toEqual({ channels: 2, rate: 8000 });
  return { left: samples.filter((_, i) => i % 2 === 0), right: samples.filter((_, i) => i % 2 === 1) };
}

/** How many samples later `part` is found in `whole`, by correlation. */
function lagOf(part: Int16Array, whole: Int16Array): number {
  let best = { lag: -1, score: Number.NEGATIVE_INFINITY };
  for (let lag = 0; lag + part.length <= whole.length; lag++) {
    let score = 0;
    for (let i = 0; i < part.length; i += 3) score += (part[i] ?? 0) * (whole[lag + i] ?? 0);
    if (score > best.score) best = { lag, score };
  }
  return best.lag;
}

/** A tone that is like itself only where it is itself: it rises. */
const chirp = () =>
  Int16Array.from({ length: 2400 }, (_, i) => Math.round(12_000 * Math.sin(0.00012 * i * i + 0.2 * i)));

function opened(
  recording: StereoRecording,
  vantage: 'client' | 'server',
  t: number,
  media: object = MEDIA,
): void {
  recording.event(teller(vantage).server(t, 'opened', 1, 1, { media: [media] }));
}

describe('a stereo recording', () => {
  test('places what was heard to the sample, on the time base of the stream', () => {
    const recording = createStereoRecording();
    opened(recording, 'client', 31);
    const voice = encodeMulaw(chirp());
    // Frame k leaves at (k + 1) · 200 ms: what it holds was said before.
    for (let k = 0; k < 10; k++) {
      const frame = new Uint8Array(1600).fill(0xff);
      if (k === 1) frame.set(voice.subarray(0, 1600));
      if (k === 2) frame.set(voice.subarray(1600), 0);
      recording.audio('out', 31 + (k + 1) * FRAME_MS + 3, frame);
    }
    // Told in pieces of 20 ms from 1000.5 ms on.
    for (let at = 0; at < voice.length; at += 160) {
      recording.heard(1000.5 + at / 8, voice.subarray(at, at + 160));
    }
    const { left, right } = lanes(recording);
    expect(left).toHaveLength(16_000);
    expect(lagOf(chirp(), left)).toBe(1600);
    expect(lagOf(chirp(), right)).toBe((1000.5 - 31) * 8);
    // Same samples, same level: nothing was resampled, mixed or scaled.
    expect(left.subarray(1600, 1600 + 2400)).toEqual(decodeMulaw(voice));
    expect(right.subarray(7756, 7756 + 2400)).toEqual(decodeMulaw(voice));
  });

  test('joins pieces of a playback whose times were rounded, without a gap or an overlap', () => {
    for (const start of [100, 100.03, 100.1625, 20_000.1625, 1000 / 3]) {
      const recording = createStereoRecording();
      opened(recording, 'client', 0.1);
      const tone = encodeMulaw(sine({ hz: 440, ms: 2000 }));
      // A hundredth of a millisecond early, in time, late, and so on.
      const errorMs = (at: number) => (((at / 37) % 3) - 1) / 100;
      for (let at = 0; at < tone.length; at += 37) {
        recording.heard(start + at / 8 + errorMs(at), tone.subarray(at, at + 37));
      }
      const { right } = lanes(recording);
      const from = Math.round((start + errorMs(0) - 0.1) * 8);
      expect(right.subarray(from)).toEqual(decodeMulaw(tone));
    }
  });

  test('leaves silence between two playbacks as long as it was', () => {
    const recording = createStereoRecording();
    opened(recording, 'client', 0);
    recording.heard(10, new Uint8Array(80).fill(0x00));
    recording.heard(30, new Uint8Array(80).fill(0x80));
    const { right } = lanes(recording);
    const silent = (from: number, to: number) => right.subarray(from, to).every((sample) => sample === 0);
    expect([silent(0, 80), silent(80, 160), silent(160, 240), silent(240, 320)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  test('keeps the loudest samples as they are', () => {
    const recording = createStereoRecording();
    opened(recording, 'client', 0);
    const loud = Uint8Array.of(0x00, 0x80, 0x7f, 0xff);
    recording.audio('out', 200, loud);
    recording.heard(0, loud);
    const { left, right } = lanes(recording);
    expect([...left]).toEqual([-32_124, 32_124, 0, 0]);
    expect(right).toEqual(left);
  });

  test.each<[string, RecordingOptions, object, (pcm: Int16Array) => Uint8Array]>([
    ['L16', {}, { ...MEDIA, format: 'L16' }, (pcm) => encodeL16(pcm)],
    ['big-endian L16', { byteOrder: 'be' }, { ...MEDIA, format: 'L16' }, (pcm) => encodeL16(pcm, 'be')],
  ])('reads %s as opened says', (_, options, media, encode) => {
    const recording = createStereoRecording(options);
    opened(recording, 'client', 0, media);
    const pcm = sine({ hz: 440, ms: 20 });
    recording.audio('out', 20, encode(pcm));
    recording.estimated(0, encode(pcm));
    // Half a sample is left out instead of ending the recording.
    recording.estimated(20, Uint8Array.of(1));
    const { left, right } = lanes(recording);
    expect(left).toEqual(pcm);
    expect(right).toEqual(pcm);
  });

  test('takes what was heard for µ-law, whatever is on the wire', () => {
    const recording = createStereoRecording();
    opened(recording, 'client', 0, { ...MEDIA, format: 'L16' });
    recording.heard(0, Uint8Array.of(0x00, 0x80));
    expect([...lanes(recording).right]).toEqual([-32_124, 32_124]);
  });

  test('takes the channel of the caller out of two, and the bot as mono', () => {
    const recording = createStereoRecording();
    opened(recording, 'client', 0, { ...MEDIA, channels: ['internal', 'external'] });
    recording.audio('out', 200, Uint8Array.of(0x00, 0x80, 0x00, 0x80));
    recording.heard(0, Uint8Array.of(0x00, 0x00));
    const { left, right } = lanes(recording);
    expect([...left]).toEqual([32_124, 32_124]);
    expect([...right]).toEqual([-32_124, -32_124]);
  });

  test('leaves the gap of a pause in the caller lane', () => {
    const { client } = teller('client');
    const recording = createStereoRecording();
    opened(recording, 'client', 0);
    recording.audio('out', 1, new Uint8Array(8).fill(0x80));
    recording.event(client(1, 'paused', 2, 1));
    recording.event(client(3, 'resumed', 3, 1, { start: 'PT0.001S', discarded: 'PT0.002S' }));
    recording.audio('out', 4, new Uint8Array(8).fill(0x80));
    const { left } = lanes(recording);
    expect([...left].map((sample) => sample !== 0)).toEqual([
      ...new Array(8).fill(true),
      ...new Array(16).fill(false),
      ...new Array(8).fill(true),
    ]);
  });

  test('keeps the time of a pause in which the client held its stream back', () => {
    const { client } = teller('client');
    const recording = createStereoRecording();
    opened(recording, 'client', 0);
    recording.event(client(5, 'resumed', 3, 1, { start: 'PT0S', discarded: 'PT0S' }));
    recording.audio('out', 6, new Uint8Array(8).fill(0x80));
    expect([...lanes(recording).left].findIndex((sample) => sample !== 0)).toBe(40);
  });

  test('does not believe a gap that is longer than the call', () => {
    const { client } = teller('client');
    const recording = createStereoRecording();
    opened(recording, 'client', 0);
    recording.event(client(5, 'resumed', 3, 1, { start: 'PT0S', discarded: 'PT9000000S' }));
    recording.audio('out', 6, new Uint8Array(8).fill(0x80));
    expect(lanes(recording).left.length).toBeLessThanOrEqual(1006 * 8);
  });

  test('counts the stream of a client that is seen from the bot from its first frame on', () => {
    const recording = createStereoRecording({ vantage: 'server' });
    opened(recording, 'server', 20);
    // 50 ms on the way: the stream began at 70, its first frame of 200 ms is here at 320.
    recording.audio('in', 320, new Uint8Array(1600).fill(0xff));
    recording.heard(520, new Uint8Array(8).fill(0x80));
    expect(lanes(recording).right.findIndex((sample) => sample !== 0)).toBe((520 - 120) * 8);
  });
});
