import { FULL_SCALE } from '../level.js';
import { SPEECH_FRAME_SAMPLES } from '../speech/utterance.js';
import { Pitch } from './pitch.js';
import { Spectrum } from './spectrum.js';

/** 128 ms: long enough to tell a note, which stands still, from a vowel, which glides. */
const LONG = 1024;
/** 32 ms: short enough to see the formants of one moment. */
const SHORT = 256;
/** Where the bands of the short spectrum begin and end, in its bins of 31.25 Hz: 125 Hz to 3440 Hz. */
const BAND_EDGES = [4, 10, 14, 19, 26, 32, 42, 54, 70, 90, 110] as const;
const BANDS = BAND_EDGES.length - 1;
/** Where the bands of the long spectrum begin and end, in its bins of 7.8 Hz: 200, 700, 1500, 2500 and 3400 Hz. */
const LINE_EDGES = [26, 90, 192, 320, 435] as const;
/** A line is the highest bin for 39 Hz on both sides: harmonics of a low voice are 70 Hz apart. */
const LINE_REACH = 5;
/** How many frames back a spectrum is held against. */
const CHANGES = [1, 2, 4, 8] as const;
const REMEMBERED = 8;
/** Bands this far below the whole are empty, in nepers of power. */
const EMPTY = -9;
/** For changes they are so sooner: noise in an empty band is none. */
const FAINT = -6;
/** A sixth of an octave counts as another pitch. */
const SAME_PITCH_PER_OCTAVE = 6;
/** Below any line: an empty spectrum has a logarithm. */
const NOTHING = 1e-10;

interface Moment {
  /** Logarithm of the power in each band, relative to the whole. */
  readonly bands: Float64Array;
  /** Logarithm of the whole. */
  total: number;
  hz: number;
}

function emptyMoment(): Moment {
  return { bands: new Float64Array(BANDS), total: Math.log(NOTHING), hz: 0 };
}

/** How many numbers describe a frame. */
export const TRAITS = BANDS + 1 + 2 * (LINE_EDGES.length - 1) + 1 + 4 + CHANGES.length + 1;

/**
 * Describes each frame of 20 ms by the numbers in which speech differs from other sound: the shape of its spectrum,
 * how loud it is, how narrow and steady its lines are, whether it has one pitch that glides, and how fast it changes.
 */
export class Traits {
  /** The numbers of the latest frame. */
  readonly values = new Float64Array(TRAITS);
  readonly #samples = new Float64Array(LONG);
  readonly #long = new Spectrum(LONG);
  readonly #short = new Spectrum(SHORT);
  readonly #pitch = new Pitch();
  #now = emptyMoment();
  /** The frames before, the latest first. */
  readonly #past = Array.from({ length: REMEMBERED }, emptyMoment);
  #at = 0;

  /** Takes the next 160 samples. */
  update(pcm: Int16Array): void {
    const samples = this.#samples;
    samples.copyWithin(0, SPEECH_FRAME_SAMPLES);
    const from = LONG - SPEECH_FRAME_SAMPLES;
    for (let i = 0; i < SPEECH_FRAME_SAMPLES; i++) samples[from + i] = (pcm[i] ?? 0) / FULL_SCALE;
    this.#long.transform(samples, 0);
    this.#short.transform(samples, LONG - SHORT);
    this.#pitch.find(samples);
    this.#at = 0;
    this.#describe(this.#now, from);
    this.#past.unshift(this.#now);
    this.#now = this.#past.pop() ?? emptyMoment();
  }

  #describe(now: Moment, from: number): void {
    now.hz = this.#pitch.hz;
    this.#putShape(now);
    this.#put(10 * Math.log10(NOTHING + meanSquare(this.#samples, from)));
    this.#putLines();
    this.#putPitch(now);
    for (const frames of CHANGES) this.#put(change(now, this.#before(frames)));
    this.#put(now.total - this.#before(1).total);
  }

  #put(value: number): void {
    this.values[this.#at++] = value;
  }

  #before(frames: number): Moment {
    return this.#past[frames - 1] ?? this.#now;
  }

  #putShape(now: Moment): void {
    const { power } = this.#short;
    let whole = NOTHING;
    for (let band = 0; band < BANDS; band++) {
      let sum = NOTHING;
      for (let k = BAND_EDGES[band] ?? 0; k < (BAND_EDGES[band + 1] ?? 0); k++) sum += power[k] ?? 0;
      now.bands[band] = Math.log(sum);
      whole += sum;
    }
    now.total = Math.log(whole);
    for (let band = 0; band < BANDS; band++) {
      now.bands[band] = Math.max(EMPTY, (now.bands[band] ?? 0) - now.total);
      this.#put(now.bands[band] ?? 0);
    }
    this.#put(flatness(power, BAND_EDGES[0], BAND_EDGES[10]));
  }

  #putLines(): void {
    const { power } = this.#long;
    for (let i = 0; i + 1 < LINE_EDGES.length; i++) {
      const [from, to] = [LINE_EDGES[i] ?? 0, LINE_EDGES[i + 1] ?? 0];
      this.#put(shareOfLines(power, from, to));
      this.#put(flatness(power, from, to));
    }
  }

  #putPitch(now: Moment): void {
    this.#put(this.#pitch.strength);
    this.#put(now.hz === 0 ? 0 : Math.log2(now.hz / 150));
    this.#put(glide(now, this.#before(1)));
    this.#put(glide(now, this.#before(4)));
  }
}

function meanSquare(samples: Float64Array, from: number): number {
  let sum = 0;
  for (let i = from; i < samples.length; i++) sum += (samples[i] ?? 0) ** 2;
  return sum / (samples.length - from);
}

/** The logarithm of the geometric over the arithmetic mean: 0 for a flat spectrum, far below for a few lines. */
function flatness(power: Float64Array, from: number, to: number): number {
  let sum = NOTHING;
  let logs = 0;
  // Logarithms are dear: one for the product of eight, which stays within the range of a number.
  let product = 1;
  for (let k = from; k < to; k++) {
    const here = power[k] ?? 0;
    sum += here;
    product *= here + NOTHING;
    if (k % 8 !== 0) continue;
    logs += Math.log(product);
    product = 1;
  }
  return (logs + Math.log(product)) / (to - from) - Math.log(sum / (to - from));
}

/** How much of the power stands in narrow lines: all of a steady chord, half of a noise or of a voice that glides. */
function shareOfLines(power: Float64Array, from: number, to: number): number {
  let sum = NOTHING;
  let lines = 0;
  for (let k = from; k < to; k++) {
    const here = power[k] ?? 0;
    sum += here;
    if (!isLine(power, k, here)) continue;
    lines += here + (power[k - 1] ?? 0) + (power[k + 1] ?? 0) + (power[k - 2] ?? 0) + (power[k + 2] ?? 0);
  }
  return lines / sum;
}

function isLine(power: Float64Array, k: number, here: number): boolean {
  for (let away = 1; away <= LINE_REACH; away++) {
    if ((power[k - away] ?? 0) >= here || (power[k + away] ?? 0) > here) return false;
  }
  return true;
}

/** How far the pitch moved, 0 to 1; 1 as well when there is none. */
function glide(now: Moment, before: Moment): number {
  if (now.hz === 0 || before.hz === 0) return 1;
  return Math.min(1, SAME_PITCH_PER_OCTAVE * Math.abs(Math.log2(now.hz / before.hz)));
}

/** How much the shape of the spectrum changed, loudness left out: the mean over the bands. */
function change(now: Moment, before: Moment): number {
  let mean = 0;
  for (let band = 0; band < BANDS; band++) mean += difference(now, before, band) / BANDS;
  let sum = 0;
  for (let band = 0; band < BANDS; band++) sum += Math.abs(difference(now, before, band) - mean);
  return sum / BANDS;
}

function difference(now: Moment, before: Moment, band: number): number {
  return Math.max(FAINT, now.bands[band] ?? 0) - Math.max(FAINT, before.bands[band] ?? 0);
}
