import { decodeMulaw, encodeL16, encodeMulaw, readWav, sine } from '@hookline/audio';
import { describe, expect, test } from 'vitest';
import { eventBuilders, MEDIA } from '../../test/sample-call.js';
import { createStereoRecording, type StereoRecording } from './stereo-recording.js';
import type { RecordingOptions } from './timeline.js';

const FRAME_MS = 200;

function lanes(recording: StereoRecording): { left: Int16Array; right: Int16Array } {
  const { samples, channels, rate } = readWav(recording.wav());
  expect({ channels, rate }).toEqual({ channels: 2, rate: 8000 });
  return { left: samples.filter((_, i) => i % 2 === 0), right: samples.filter((_, i) => i % 2 === 1) };
}

/** The offset of `part` in `whole` in samples, by correlation. */
function lagOf(part: Int16Array, whole: Int16Array): number {
  let best = { lag: -1, score: Number.NEGATIVE_INFINITY };
  for (let lag = 0; lag + part.length <= whole.length; lag++) {
    let score = 0;
    for (let i = 0; i < part.length; i += 3) score += (part[i] ?? 0) * (whole[lag + i] ?? 0);
    if (score > best.score) best = { lag, score };
  }
  return best.lag;
}

/** A rising tone, whose correlation with itself has one maximum. */
const chirp = () =>
  Int16Array.from({ length: 2400 }, (_, i) => Math.round(12_000 * Math.sin(0.00012 * i * i + 0.2 * i)));

function opened(
  recording: StereoRecording,
  vantage: 'client' | 'server',
  t: number,
  media: object = MEDIA,
): void {
  recording.event(eventBuilders(vantage).server(t, 'opened', 1, 1, { media: [media] }));
}

describe('a stereo recording', () => {
  test.each(['client', 'server'] as const)(
    'of a %s has only the audio of the caller on the left',
    (vantage) => {
      const recording = createStereoRecording({ vantage });
      opened(recording, vantage, 0);
      const [caller, bot] = vantage === 'client' ? (['out', 'in'] as const) : (['in', 'out'] as const);
      recording.audio(bot, 200, encodeMulaw(chirp()));
      expect(lanes(recording).left).toHaveLength(0);
      recording.audio(caller, 200, encodeMulaw(chirp().subarray(0, 1600)));
      expect(lanes(recording).left).toHaveLength(1600);
    },
  );

  test('places heard audio with sample accuracy on the time base of the stream', () => {
    const recording = createStereoRecording();
    opened(recording, 'client', 31);
    const voice = encodeMulaw(chirp());
    // Frame k is sent at (k + 1) · 200 ms: its audio is older.
    for (let k = 0; k < 10; k++) {
      const frame = new Uint8Array(1600).fill(0xff);
      if (k === 1) frame.set(voice.subarray(0, 1600));
      if (k === 2) frame.set(voice.subarray(1600), 0);
      recording.audio('out', 31 + (k + 1) * FRAME_MS + 3, frame);
    }
    // Reported in pieces of 20 ms from 1000.5 ms on.
    for (let at = 0; at < voice.length; at += 160) {
      recording.heard(1000.5 + at / 8, voice.subarray(at, at + 160));
    }
    const { left, right } = lanes(recording);
    expect(left).toHaveLength(16_000);
    expect(lagOf(chirp(), left)).toBe(1600);
    expect(lagOf(chirp(), right)).toBe((1000.5 - 31) * 8);
    // Equal samples: nothing was resampled, mixed or scaled.
    expect(left.subarray(1600, 1600 + 2400)).toEqual(decodeMulaw(voice));
    expect(right.subarray(7756, 7756 + 2400)).toEqual(decodeMulaw(voice));
  });

  test('joins pieces of a playback with rounded times, without gaps or overlaps', () => {
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

  test('keeps the duration of silence between two playbacks', () => {
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

  test('keeps the loudest samples unchanged', () => {
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
  ])('reads %s as selected by opened', (_, options, media, encode) => {
    const recording = createStereoRecording(options);
    opened(recording, 'client', 0, media);
    const pcm = sine({ hz: 440, ms: 20 });
    recording.audio('out', 20, encode(pcm));
    recording.estimated(0, encode(pcm));
    // An incomplete sample is dropped instead of ending the recording.
    recording.estimated(20, Uint8Array.of(1));
    const { left, right } = lanes(recording);
    expect(left).toEqual(pcm);
    expect(right).toEqual(pcm);
  });

  test('reads heard audio as µ-law for every wire format', () => {
    const recording = createStereoRecording();
    opened(recording, 'client', 0, { ...MEDIA, format: 'L16' });
    recording.heard(0, Uint8Array.of(0x00, 0x80));
    expect([...lanes(recording).right]).toEqual([-32_124, 32_124]);
  });

  test('uses the channel of the caller of two, and the bot as mono', () => {
    const recording = createStereoRecording();
    opened(recording, 'client', 0, { ...MEDIA, channels: ['internal', 'external'] });
    recording.audio('out', 200, Uint8Array.of(0x00, 0x80, 0x00, 0x80));
    recording.heard(0, Uint8Array.of(0x00, 0x00));
    const { left, right } = lanes(recording);
    expect([...left]).toEqual([32_124, 32_124]);
    expect([...right]).toEqual([-32_124, -32_124]);
  });

  test('keeps the gap of a pause in the caller channel', () => {
    const { client } = eventBuilders('client');
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

  test('keeps the time of a pause during which the client stopped its stream', () => {
    const { client } = eventBuilders('client');
    const recording = createStereoRecording();
    opened(recording, 'client', 0);
    recording.event(client(5, 'resumed', 3, 1, { start: 'PT0S', discarded: 'PT0S' }));
    recording.audio('out', 6, new Uint8Array(8).fill(0x80));
    expect([...lanes(recording).left].findIndex((sample) => sample !== 0)).toBe(40);
  });

  test('ignores a gap that is longer than the call', () => {
    const { client } = eventBuilders('client');
    const recording = createStereoRecording();
    opened(recording, 'client', 0);
    recording.event(client(5, 'resumed', 3, 1, { start: 'PT0S', discarded: 'PT9000000S' }));
    recording.audio('out', 6, new Uint8Array(8).fill(0x80));
    expect(lanes(recording).left.length).toBeLessThanOrEqual(1006 * 8);
  });

  test('starts the stream at the first frame of the client, from the vantage of the bot', () => {
    const recording = createStereoRecording({ vantage: 'server' });
    opened(recording, 'server', 20);
    // With 50 ms latency, a stream that started at 70 has its first frame of 200 ms here at 320.
    recording.audio('in', 320, new Uint8Array(1600).fill(0xff));
    recording.heard(520, new Uint8Array(8).fill(0x80));
    expect(lanes(recording).right.findIndex((sample) => sample !== 0)).toBe((520 - 120) * 8);
  });
});
