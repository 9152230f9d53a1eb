import { checkArgument } from '@hookline/runtime';
import { decodeAlawSample, decodeMulawSample } from '../g711.js';
import { FULL_SCALE } from '../level.js';
import { saturate } from '../pcm16.js';
import type { WavCodec } from './encoding.js';

type ReadSample = (view: DataView, at: number) => number;

const READ: Record<WavCodec, ReadSample> = {
  pcm8: (view, at) => (view.getUint8(at) - 128) << 8,
  pcm16: (view, at) => view.getInt16(at, true),
  // A 24-bit sample is a 16-bit integer with a fraction of 8 bits.
  pcm24: (view, at) => saturate(view.getInt16(at + 1, true) + view.getUint8(at) / 256),
  pcm32: (view, at) => saturate(view.getInt32(at, true) / 65536),
  float32: (view, at) => fromFloat(view.getFloat32(at, true)),
  float64: (view, at) => fromFloat(view.getFloat64(at, true)),
  alaw: (view, at) => decodeAlawSample(view.getUint8(at)),
  mulaw: (view, at) => decodeMulawSample(view.getUint8(at)),
};

/** The data of a WAV file as interleaved PCM16; half a sample at the end is left out. */
export function decodeSamples(data: Uint8Array, codec: WavCodec, sampleBytes: number): Int16Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const out = new Int16Array(Math.floor(data.length / sampleBytes));
  const read = READ[codec];
  for (let i = 0; i < out.length; i++) out[i] = read(view, i * sampleBytes);
  return out;
}

function fromFloat(value: number): number {
  return Number.isNaN(value) ? 0 : saturate(value * FULL_SCALE);
}

/**
 * Averages interleaved channels into one. Mono comes back as it is, not copied.
 *
 * @param samples - interleaved PCM16
 * @param channels - how many are interleaved
 */
export function toMono(samples: Int16Array, channels: number): Int16Array {
  checkArgument('AUDIO_BAD_ARGUMENT', 'toMono: samples', samples, 'samples');
  if (channels === 1) return samples;
  const out = new Int16Array(Math.floor(samples.length / channels));
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += samples[i * channels + channel] ?? 0;
    out[i] = saturate(sum / channels);
  }
  return out;
}
