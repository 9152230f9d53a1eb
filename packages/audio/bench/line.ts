import { DTMF_DIGITS, dtmfFrequencies } from '../src/tone/dtmf.js';
import { Random } from './random.js';
import { add, biquad, empty, noise, RATE, resonate, type Signal } from './signal.js';

const TURN = 2 * Math.PI;

function tones(frequencies: readonly number[], seconds: number): Signal {
  return empty(seconds).map((_, i) =>
    frequencies.reduce((sum, hz) => sum + Math.sin((TURN * hz * i) / RATE), 0),
  );
}

/** Tones on for a time and off for another. */
function cadence(frequencies: readonly number[], on: number, off: number): Signal {
  const out = empty(8);
  for (let at = 0.3; at < 8; at += on + off) add(out, tones(frequencies, on), at);
  return out;
}

/** Short pieces of sounds, one after another. */
function pips(random: Random, seconds: readonly [number, number], make: () => Signal): Signal {
  const out = empty(8);
  const slowest = random.between(...seconds);
  for (let at = 0.3; at < 7.5; ) {
    const lasts = random.between(seconds[0], slowest);
    add(out, make().subarray(0, Math.round(lasts * RATE)), at);
    at += lasts + random.between(0.04, 0.6);
  }
  return out;
}

function sweep(random: Random): Signal {
  const [from, to] = [random.between(200, 3000), random.between(200, 3000)];
  let phase = 0;
  return empty(1.5).map((_, i) => {
    phase += (TURN * (from + ((to - from) * i) / (1.5 * RATE))) / RATE;
    return Math.sin(phase);
  });
}

/** Two tones that take turns with each bit, without a break of phase: what modems of 300 to 1200 bit/s send. */
function fsk(low: number, high: number, rate: number, random: Random): Signal {
  let phase = 0;
  let hz = low;
  return empty(8).map((_, i) => {
    if (i % Math.round(RATE / rate) === 0) hz = random.of([low, high]);
    phase += (TURN * hz) / RATE;
    return Math.sin(phase);
  });
}

/** Four phases of a carrier of 1800 Hz, 2400 a second: what a fax sends. */
function psk(random: Random): Signal {
  let turn = 0;
  return empty(8).map((_, i) => {
    if (i % 10 === 0) turn = random.of([0, 1, 2, 3]) * (TURN / 4);
    return Math.sin((TURN * 1700 * i) / RATE + turn);
  });
}

function bursts(random: Random, on: readonly [number, number], shape: (n: Signal) => Signal): Signal {
  const out = empty(8);
  for (let at = random.between(0.3, 0.8); at < 7.5; at += random.between(0.4, 1.5)) {
    add(out, shape(noise(random.between(...on), random, random.of([0, 3]))), at);
  }
  return out;
}

const decaying = (fall: number) => (signal: Signal) => signal.map((x, i) => x * Math.exp(-i / RATE / fall));
const swelling = (signal: Signal) => signal.map((x, i) => x * Math.sin((Math.PI * i) / signal.length));

/** How each sound of a line, a room or a throat is made; none is a voice. */
const KINDS: Readonly<Record<string, (random: Random) => Signal>> = {
  'ringback (US)': () => cadence([440, 480], 2, 4),
  'ringback (UK)': () => cadence([400, 450], 0.4, 0.2),
  'ringback (EU)': () => cadence([425], 1, 4),
  'busy (US)': () => cadence([480, 620], 0.5, 0.5),
  'busy (EU)': () => cadence([425], 0.48, 0.48),
  reorder: () => cadence([480, 620], 0.25, 0.25),
  'special information': () => {
    const out = empty(8);
    for (let at = 0.3; at < 7; at += 2) {
      for (const [n, hz] of [950, 1400, 1800].entries()) add(out, tones([hz], 0.33), at + 0.33 * n);
    }
    return out;
  },
  DTMF: (random) =>
    pips(random, [0.04, 0.5], () =>
      tones(dtmfFrequencies(DTMF_DIGITS[Math.floor(random.between(0, 16))] ?? '0'), 0.5),
    ),
  /** As a machine dials: every key as long as the last. */
  dialling: (random) => {
    const out = empty(8);
    const [on, off] = [random.between(0.04, 0.15), random.between(0.04, 0.12)];
    for (let at = 0.3; at < 7.5; at += on + off) {
      if (random.unit() < 0.06) at += random.between(0.3, 1);
      add(out, tones(dtmfFrequencies(DTMF_DIGITS[Math.floor(random.between(0, 16))] ?? '0'), on), at);
    }
    return out;
  },
  'single tones': (random) => pips(random, [0.03, 1.5], () => tones([random.between(80, 3400)], 1.5)),
  'pairs of tones': (random) =>
    pips(random, [0.03, 1.5], () => tones([random.between(80, 3400), random.between(80, 3400)], 1.5)),
  'sweeps of a tone': (random) => pips(random, [0.1, 1.5], () => sweep(random)),
  'fax calling': () => cadence([1100], 0.5, 3),
  'fax answering': () => cadence([2100], 3, 0.1),
  'modem V.21': (random) => fsk(980, 1180, 300, random),
  'modem V.23': (random) => fsk(1300, 2100, 1200, random),
  'fax data': psk,
  'noise that sets in': (random) => steps(random, [3]),
  'noise in steps': (random) => steps(random, [0.7, 1.5, 2.2, 4, 5, 6.5]),
  'bursts of noise': (random) => bursts(random, [0.05, 0.6], (n) => n),
  puffs: (random) => bursts(random, [0.1, 0.5], (n) => swelling(biquad(n, 900, 'low'))),
  breath: (random) => bursts(random, [0.4, 1], (n) => swelling(resonate(n, 1500, 900))),
  coughs: (random) =>
    bursts(random, [0.25, 0.4], (n) => decaying(0.08)(resonate(resonate(n, 700, 300), 1600, 500))),
  clicks: (random) => bursts(random, [0.002, 0.004], (n) => n),
  knocks: (random) =>
    bursts(random, [0.1, 0.2], (n) => decaying(0.02)(resonate(n, random.between(150, 900), 80))),
  'hum of 50 Hz': () => humming(50),
  'hum of 60 Hz': () => humming(60),
  car: (random) => {
    const rumble = biquad(noise(8, random, 6), 250, 'low');
    const wind = noise(8, random, 3);
    return rumble.map((x, i) => x + 0.15 * (wind[i] ?? 0) * (1 + 0.5 * Math.sin((TURN * 0.4 * i) / RATE)));
  },
};

function steps(random: Random, times: readonly number[]): Signal {
  const out = noise(8, random).map((x) => x * 0.03);
  const slope = random.of([0, 3, 6]);
  for (let n = 0; n < times.length; n += 2) {
    const from = times[n] ?? 0;
    add(out, noise((times[n + 1] ?? 8) - from, random, slope), from);
  }
  return out;
}

function humming(hz: number): Signal {
  return empty(8).map((_, i) => {
    let sum = 0;
    for (let k = 1; k < 24; k++) sum += Math.sin((TURN * hz * k * i) / RATE + k * k) / (k % 2 ? k : 3 * k);
    return sum;
  });
}

/** The names of all sounds of a line. */
export const LINE_KINDS: readonly string[] = Object.keys(KINDS);

/** Eight seconds of a sound of a line. */
export function lineSound(kind: string, seed: number): Signal {
  const make = KINDS[kind];
  if (!make) throw new Error(`No sound is called ${kind}.`);
  return make(new Random(seed));
}
