import { FULL_SCALE } from '../src/level.js';
import { saturate } from '../src/saturate.js';
import type { Random } from './random.js';

/** Samples a second of everything here. */
export const RATE = 8000;

/** Samples before they are brought to a level: 1 is as good as 1000. */
export type Signal = Float64Array;

/** Silence. */
export function empty(seconds: number): Signal {
  return new Float64Array(Math.round(seconds * RATE));
}

/** Adds a signal into another from a time on; what reaches over its end is lost. */
export function add(into: Signal, signal: Signal, atSeconds: number, gain = 1): void {
  const from = Math.round(atSeconds * RATE);
  const end = Math.min(signal.length, into.length - from);
  for (let i = 0; i < end; i++) into[from + i] = (into[from + i] ?? 0) + gain * (signal[i] ?? 0);
}

/** Noise whose power falls by `slopeDb` an octave: 0 white, 3 pink, 6 brown. */
export function noise(seconds: number, random: Random, slopeDb: 0 | 3 | 6 = 0): Signal {
  const out = empty(seconds).map(() => random.normal());
  if (slopeDb === 0) return out;
  const poles: readonly (readonly [pole: number, gain: number])[] =
    slopeDb === 6
      ? [[0.995, 1]]
      : [
          [0.99, 0.1],
          [0.9, 0.3],
          [0.5, 0.5],
        ];
  const sum = empty(seconds);
  for (const [pole, gain] of poles) add(sum, onePole(out, pole), 0, gain);
  return sum;
}

function onePole(signal: Signal, pole: number): Signal {
  let last = 0;
  return signal.map((sample) => {
    last = pole * last + sample;
    return last;
  });
}

/** A resonance or a band: two poles at a frequency. */
export function resonate(signal: Signal, hz: number, bandwidthHz: number): Signal {
  const radius = Math.exp((-Math.PI * bandwidthHz) / RATE);
  const turn = 2 * radius * Math.cos((2 * Math.PI * hz) / RATE);
  let [one, two] = [0, 0];
  return signal.map((sample) => {
    const next = (1 - radius) * sample + turn * one - radius * radius * two;
    two = one;
    one = next;
    return next;
  });
}

/** The signal played faster or slower: another size of throat, another pitch. */
export function atSpeed(signal: Signal, factor: number): Signal {
  return new Float64Array(Math.floor(signal.length / factor)).map((_, i) => {
    const at = Math.floor(i * factor);
    const part = i * factor - at;
    return (1 - part) * (signal[at] ?? 0) + part * (signal[at + 1] ?? 0);
  });
}

/** What a telephone line passes: a high-pass at 300 Hz and a low-pass at 3400 Hz, of second order, each twice. */
export function telephone(signal: Signal): Signal {
  let out = signal;
  for (let pass = 0; pass < 2; pass++) out = biquad(biquad(out, 300, 'high'), 3400, 'low');
  return out;
}

/** A Butterworth filter of second order. */
export function biquad(signal: Signal, hz: number, kind: 'low' | 'high'): Signal {
  const w = Math.tan((Math.PI * hz) / RATE);
  const norm = 1 / (1 + Math.SQRT2 * w + w * w);
  const b0 = kind === 'low' ? w * w * norm : norm;
  const b1 = kind === 'low' ? 2 * b0 : -2 * b0;
  const a1 = 2 * (w * w - 1) * norm;
  const a2 = (1 - Math.SQRT2 * w + w * w) * norm;
  let [x1, x2, y1, y2] = [0, 0, 0, 0];
  return signal.map((x) => {
    const y = b0 * x + b1 * x1 + b0 * x2 - a1 * y1 - a2 * y2;
    [x2, x1, y2, y1] = [x1, x, y1, y];
    return y;
  });
}

/** A room: four combs with times that share no factor. */
export function reverb(signal: Signal, share: number): Signal {
  const out = signal.slice();
  for (const [delay, feedback] of [
    [241, 0.75],
    [299, 0.72],
    [353, 0.69],
    [401, 0.66],
  ] as const) {
    const comb = signal.slice();
    for (let i = delay; i < comb.length; i++) comb[i] = (comb[i] ?? 0) + feedback * (comb[i - delay] ?? 0);
    for (let i = 0; i < out.length; i++) out[i] = (out[i] ?? 0) + (share / 4) * (comb[i] ?? 0);
  }
  return out;
}

/** The signal as samples at an RMS level, in dBFS; measured where it sounds, pauses left out. */
export function atLevel(signal: Signal, dbfs: number): Int16Array {
  const scale = (FULL_SCALE * 10 ** (dbfs / 20)) / activeRms(signal);
  return Int16Array.from(signal, (sample) => saturate(sample * scale));
}

/** The RMS of those 20 ms that are not 30 dB below the loudest. */
export function activeRms(signal: ArrayLike<number>): number {
  const powers: number[] = [];
  for (let at = 0; at + 160 <= signal.length; at += 160) {
    let sum = 0;
    for (let i = at; i < at + 160; i++) sum += (signal[i] ?? 0) ** 2;
    powers.push(sum / 160);
  }
  const active = powers.filter((power) => power > Math.max(...powers) / 1000);
  return Math.sqrt(active.reduce((sum, power) => sum + power, 0) / active.length);
}
