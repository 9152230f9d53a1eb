import { describe, expect, it } from 'vitest';
import {
  type AudioFormat,
  ByteQueue,
  bytesPerBlock,
  bytesPerMs,
  bytesToMs,
  createAudioInspector,
  createEnergyVad,
  createWavReader,
  decodeAudio,
  decodeL16,
  encodeAudio,
  encodeL16,
  Framer,
  fromMulaw,
  gain,
  msToBytes,
  NoiseFloor,
  PCMU_MONO,
  sampleBytes,
  silenceByte,
  toMulaw,
  toneDbfs,
  wavEnd,
  wavHeader,
  writeWav,
} from '../src/index.js';
import { Resampler } from '../src/resample/index.js';

const bytes = new Uint8Array(4);
const pcm = Int16Array.of(1000, -1000);
const refusal = (message: RegExp) =>
  expect.objectContaining({ code: 'AUDIO_BAD_ARGUMENT', message: expect.stringMatching(message) });

describe('a format other than PCMU and L16', () => {
  it.each(['pcmu', 'PCMA', 'l16', undefined, 5])('is refused, and not read as L16: %s', (name) => {
    const format = { ...PCMU_MONO, format: name } as AudioFormat;
    const uses: (() => unknown)[] = [
      () => sampleBytes(format.format),
      () => bytesPerBlock(format),
      () => bytesPerMs(format),
      () => msToBytes(format, 20),
      () => bytesToMs(format, 160),
      () => silenceByte(format),
      () => encodeAudio(pcm, format),
      () => decodeAudio(bytes, format),
      () => fromMulaw(bytes, format),
      () => toMulaw(bytes, format),
    ];
    for (const use of uses) expect(use).toThrow(refusal(/format is .*; expected 'PCMU' or 'L16'\.$/));
  });
});

describe('a byte order other than le and be', () => {
  it.each(['BE', 'big', null, 5])('is refused, and not read as le: %s', (order) => {
    const byteOrder = order as 'be';
    const fault = refusal(/byteOrder is .*; expected 'le' or 'be'\.$/);
    expect(() => decodeL16(bytes, byteOrder)).toThrow(fault);
    expect(() => encodeL16(pcm, byteOrder)).toThrow(fault);
    expect(() => decodeAudio(bytes, { format: 'L16', byteOrder })).toThrow(fault);
  });
});

describe('a codec other than those of WAV files', () => {
  it.each(['pcm24', 'PCM16', undefined])('is refused, and not written as pcm16: %s', (name) => {
    const codec = name as 'pcm16';
    const layout = { codec, rate: 8000, channels: 1 };
    const fault = refusal(/^WAV header: codec is .*; expected 'mulaw' or 'pcm16'\.$/);
    expect(() => wavHeader(layout)).toThrow(fault);
    expect(() => wavEnd({ ...layout, dataBytes: 0 })).toThrow(fault);
    expect(() => writeWav({ ...layout, data: pcm })).toThrow(fault);
  });
});

describe('a value that is no number of its range', () => {
  it.each<[what: string, use: (value: never) => unknown]>([
    ['gain: db', (db) => gain(pcm, db)],
    ['toneDbfs: hz', (hz) => toneDbfs(pcm, hz)],
    ['msToBytes: ms', (ms) => msToBytes(PCMU_MONO, ms)],
    ['msToBytes: format.rate', (rate) => msToBytes({ ...PCMU_MONO, rate }, 20)],
    ['bytesToMs: bytes', (count) => bytesToMs(PCMU_MONO, count)],
    ['bytesPerMs: format.rate', (rate) => bytesPerMs({ ...PCMU_MONO, rate })],
    ['bytesPerBlock: format.channels', (channels) => bytesPerBlock({ ...PCMU_MONO, channels })],
    ['Framer: silence', (silence) => new Framer({ frameBytes: 4, silence }, () => {})],
    ['NoiseFloor: dbfs', (dbfs) => new NoiseFloor().update(dbfs)],
    ['WAV header: dataBytes', (dataBytes) => wavEnd({ codec: 'pcm16', rate: 8000, channels: 1, dataBytes })],
  ])('is refused: %s', (what, use) => {
    for (const value of [Number.NaN, '6', null])
      expect(() => use(value as never)).toThrow(refusal(new RegExp(`^${what} is .*; expected`)));
  });

  it('is refused for the byte of silence, which would keep its low bits only', () => {
    expect(() => new Framer({ frameBytes: 4, silence: 300 }, () => {})).toThrow(
      refusal(/^Framer: silence is 300; expected a whole number from 0 to 255\.$/),
    );
  });

  it('leaves infinite levels: silence has no gain that reaches a level', () => {
    expect([...gain(Int16Array.of(0, 5), Number.POSITIVE_INFINITY)]).toEqual([0, 32767]);
    expect([...gain(pcm, Number.NEGATIVE_INFINITY)].map(Math.abs)).toEqual([0, 0]);
  });
});

describe('a chunk of the wrong type', () => {
  it('is refused by whatever takes audio piece by piece', async () => {
    const bad = new Float32Array(160);
    const resamplers = [
      await Resampler.create({ from: 16000, to: 8000 }),
      await Resampler.create({ from: 8000, to: 8000 }),
    ];
    for (const resampler of resamplers)
      expect(() => resampler.process(bad as never)).toThrow(refusal(/^Resampler: pcm is .*an Int16Array\.$/));
    for (const resampler of resamplers) resampler.close();
    const uses: (() => unknown)[] = [
      () => new Framer({ frameBytes: 4 }, () => {}).push(bad as never),
      () => new Framer({ frameBytes: 4 }, undefined as never),
      () => new ByteQueue().push(bad as never),
      () => createAudioInspector().push(bad as never),
      () => createEnergyVad().push(bad as never),
      () => createEnergyVad().pushPcm(bad as never),
      () => createWavReader().push(bad as never),
    ];
    for (const use of uses) expect(use).toThrow(refusal(/ is .*; expected an? /));
  });
});
