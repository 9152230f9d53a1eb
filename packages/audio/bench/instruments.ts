import type { Random } from './random.js';
import { add, biquad, empty, noise, RATE, resonate, type Signal } from './signal.js';

/** Plays one note. */
export type Instrument = (hz: number, seconds: number, random: Random) => Signal;

const TURN = 2 * Math.PI;

/** Harmonics of given strength under an envelope, with a pitch that may move. */
function harmonics(
  hz: number,
  seconds: number,
  strength: (harmonic: number, at: number) => number,
  pitch: (at: number) => number = () => 1,
): Signal {
  let phase = 0;
  return empty(seconds).map((_, i) => {
    const at = i / RATE;
    const now = hz * pitch(at);
    phase += (TURN * now) / RATE;
    let sum = 0;
    for (let k = 1; k * now < 3900 && k <= 40; k++) sum += strength(k, at) * Math.sin(k * phase);
    return sum;
  });
}

/** Rises for `attack`, stays, and falls during the last `release` seconds. */
function held(at: number, seconds: number, attack: number, release: number): number {
  return Math.max(0, Math.min(1, at / attack, (seconds - at) / release));
}

const steady =
  (strength: (harmonic: number) => number, attack = 0.02): Instrument =>
  (hz, seconds) =>
    harmonics(hz, seconds, (k, at) => strength(k) * held(at, seconds, attack, 0.04));

const saw = steady((k) => 1 / k, 0.005);

/** Every instrument by its name. */
export const INSTRUMENTS = {
  sine: steady((k) => (k === 1 ? 1 : 0)),
  square: steady((k) => (k % 2 ? 1 / k : 0), 0.005),
  triangle: steady((k) => (k % 2 ? 1 / (k * k) : 0)),
  saw,
  organ: steady((k) => ({ 1: 1, 2: 0.8, 3: 0.5, 4: 0.6, 6: 0.3, 8: 0.35 })[k] ?? 0, 0.01),
  clarinet: steady((k) => (k % 2 ? 0.9 ** k : 0.1 * 0.8 ** k), 0.04),
  pluck,
  piano: (hz, seconds) =>
    harmonics(
      hz,
      seconds,
      (k, at) =>
        (Math.abs(Math.sin(k * 0.37 * Math.PI)) / k) *
        Math.exp(-at * (1.5 + 0.8 * k)) *
        held(at, seconds, 0.004, 0.03),
    ),
  bell: (hz, seconds) => {
    const out = empty(seconds);
    for (const [ratio, decay] of [
      [1, 1.5],
      [2.76, 3],
      [5.4, 6],
    ] as const) {
      if (hz * ratio > 3900) continue;
      for (let i = 0; i < out.length; i++) {
        out[i] =
          (out[i] ?? 0) + (Math.exp((-decay * i) / RATE) * Math.sin((TURN * hz * ratio * i) / RATE)) / ratio;
      }
    }
    return out;
  },
  brass: (hz, seconds) =>
    harmonics(hz, seconds, (k, at) => {
      // The cutoff opens and closes with the note.
      const cutoff = 300 + 2500 * Math.min(1, at / 0.12) * Math.exp(-at * 1.2);
      return (held(at, seconds, 0.03, 0.05) / k) * (1 / (1 + ((k * hz) / cutoff) ** 4));
    }),
  strings: (hz, seconds, random) => {
    const speed = random.between(4.5, 6.5);
    const depth = random.between(0.003, 0.012);
    return harmonics(
      hz,
      seconds,
      (k, at) => (held(at, seconds, 0.07, 0.08) * (k % 3 ? 1 : 0.6)) / k,
      (at) => 1 + depth * Math.sin(TURN * speed * at) * Math.min(1, at / 0.2),
    );
  },
  flute: (hz, seconds, random) => {
    const breath = resonate(noise(seconds, random), hz * 2, 200);
    const tone = harmonics(
      hz,
      seconds,
      (k, at) =>
        held(at, seconds, 0.05, 0.05) *
        ([0, 1, 0.4, 0.15, 0.05][k] ?? 0) *
        (1 + 0.15 * Math.sin(TURN * 5 * at)),
      (at) => 1 + 0.004 * Math.sin(TURN * 5 * at),
    );
    return tone.map((sample, i) => sample + 0.1 * (breath[i] ?? 0));
  },
  /** Slides into each note from below. */
  slide: (hz, seconds) =>
    harmonics(
      hz,
      seconds,
      (k, at) => held(at, seconds, 0.02, 0.03) / k ** 1.5,
      (at) => 1 - 0.11 * Math.exp(-at / 0.05),
    ),
  /** Three saws a little out of tune, as pads are. */
  pad: (hz, seconds, random) => {
    const out = empty(seconds);
    for (const tune of [0.994, 1, 1.006]) add(out, saw(hz * tune, seconds, random), 0);
    return biquad(out, 1800, 'low');
  },
  /** A saw whose filter opens and closes, as often as a voice does. */
  wah: (hz, seconds, random) => {
    const speed = random.between(0.3, 6);
    const width = random.between(600, 3000);
    return harmonics(hz, seconds, (k, at) => {
      const cutoff = 300 + (width * (1 + Math.sin(TURN * speed * at))) / 2;
      return (held(at, seconds, 0.01, 0.05) / k) * (1 / (1 + ((k * hz) / cutoff) ** 4));
    });
  },
  /** Many who hold one vowel, each a little out of tune. */
  choir: (hz, seconds, random) => {
    const formants = random.of<readonly number[]>([
      [700, 1150, 2500],
      [400, 1900, 2600],
      [350, 800, 2400],
    ]);
    const out = empty(seconds);
    for (let person = 0; person < 3; person++) {
      const [tune, speed] = [random.between(0.993, 1.007), random.between(4.5, 6)];
      const sung = harmonics(
        hz * tune,
        seconds,
        (k, at) =>
          held(at, seconds, 0.12, 0.15) *
          formants.reduce((sum, formant) => sum + 1 / (1 + ((k * hz - formant) / 130) ** 2), 0.05),
        (at) => 1 + 0.008 * Math.sin(TURN * speed * at),
      );
      add(out, sung, 0);
    }
    return out;
  },
} satisfies Record<string, Instrument>;

/** A string after Karplus and Strong: a loop of noise that is smoothed at each turn. */
function pluck(hz: number, seconds: number, random: Random): Signal {
  const length = RATE / hz - 0.5;
  const whole = Math.floor(length);
  const part = length - whole;
  const out = empty(seconds);
  for (let i = 0; i < out.length; i++) {
    if (i <= whole + 1) {
      out[i] = random.normal();
      continue;
    }
    const old = (lag: number) => ((out[i - lag] ?? 0) + (out[i - lag - 1] ?? 0)) / 2;
    out[i] = 0.996 * ((1 - part) * old(whole) + part * old(whole + 1));
  }
  return out;
}

/** The parts of a drum kit. */
export const DRUMS = {
  kick: (random: Random): Signal => {
    let phase = 0;
    const click = random.between(0, 0.3);
    return empty(0.25).map((_, i) => {
      const at = i / RATE;
      phase += (TURN * (50 + 110 * Math.exp(-at / 0.03))) / RATE;
      return Math.exp(-at / 0.08) * Math.sin(phase) + click * Math.exp(-at / 0.004) * random.normal();
    });
  },
  snare: (random: Random): Signal =>
    empty(0.25).map((_, i) => {
      const at = i / RATE;
      return (
        0.5 * Math.exp(-at / 0.06) * random.normal() + 0.5 * Math.exp(-at / 0.05) * Math.sin(TURN * 190 * at)
      );
    }),
  hat: (random: Random): Signal => {
    const fall = random.of([0.015, 0.03, 0.12]);
    return biquad(
      empty(0.25).map((_, i) => 0.35 * Math.exp(-i / RATE / fall) * random.normal()),
      2500,
      'high',
    );
  },
  tom: (random: Random): Signal => {
    const hz = random.between(80, 220);
    let phase = 0;
    return empty(0.35).map((_, i) => {
      const at = i / RATE;
      phase += (TURN * hz * (1 + 0.3 * Math.exp(-at / 0.04))) / RATE;
      return Math.exp(-at / 0.12) * Math.sin(phase);
    });
  },
};
