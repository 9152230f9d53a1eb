import { saturate } from '../saturate.js';

/**
 * Averages interleaved channels into one. Mono comes back as it is, not copied.
 *
 * @param samples - interleaved PCM16
 * @param channels - how many are interleaved
 */
export function toMono(samples: Int16Array, channels: number): Int16Array {
  if (channels === 1) return samples;
  const out = new Int16Array(Math.floor(samples.length / channels));
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += samples[i * channels + channel] ?? 0;
    out[i] = saturate(sum / channels);
  }
  return out;
}
