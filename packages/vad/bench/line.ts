/** Samples a second of everything here. */
export const RATE = 8000;
const FULL_SCALE = 32768;

/** Numbers that are the same at every run. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to below 1. */
  unit(): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#state / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.unit();
  }

  of<const T>(choices: readonly [T, ...(readonly T[])]): T {
    return choices[Math.floor(this.unit() * choices.length)] ?? choices[0];
  }

  /** Of mean 0 and deviation 1. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit());
  }
}

/** What a telephone line passes: 300 to 3400 Hz, by filters of fourth order. */
export function telephone(signal: Float64Array): Float64Array {
  let out = signal;
  for (let pass = 0; pass < 2; pass++) out = butterworth(butterworth(out, 300, 'high'), 3400, 'low');
  return out;
}

function butterworth(signal: Float64Array, hz: number, kind: 'low' | 'high'): Float64Array {
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

/** The RMS of those 20 ms that are not 30 dB below the loudest. */
export function activeRms(signal: Float64Array): number {
  const powers: number[] = [];
  for (let at = 0; at + 160 <= signal.length; at += 160) powers.push(meanSquare(signal, at, 160));
  const loudest = powers.reduce((a, b) => Math.max(a, b), 0);
  const active = powers.filter((power) => power > loudest / 1000);
  return Math.sqrt(active.reduce((sum, power) => sum + power, 0) / active.length);
}

/** The first 10 ms that are within 20 dB of the voice, in what a telephone passes. */
export function firstSoundOf(signal: Float64Array): number {
  return firstSpurtOf(signal, 80, 1);
}

/**
 * Where speech begins: the first sound within 20 dB of the voice that lasts longer than 15 ms, in blocks of 5 ms. Shorter
 * ones are clicks by the rule of P. T. Brady, "A statistical analysis of on-off patterns in 16 conversations" (Bell System
 * Technical Journal 47, January 1968).
 */
export function beginOf(signal: Float64Array): number {
  return firstSpurtOf(signal, 40, 4);
}

function firstSpurtOf(signal: Float64Array, blockSamples: number, blocks: number): number {
  const heard = telephone(signal);
  const least = activeRms(heard) ** 2 / 100;
  let loud = 0;
  for (let at = 0; at + blockSamples <= heard.length; at += blockSamples) {
    loud = meanSquare(heard, at, blockSamples) > least ? loud + 1 : 0;
    if (loud === blocks) return at - (blocks - 1) * blockSamples;
  }
  return 0;
}

/**
 * A sound on a line with noise, as 16-bit samples.
 *
 * @param dbfs - level of the sound where it sounds
 * @param lead - samples of line before it; half a second follows it
 * @param noiseDbfs - level of the white noise of the line
 */
export function onLine(
  sound: Float64Array,
  dbfs: number,
  lead: number,
  noiseDbfs: number,
  random: Random,
): Int16Array {
  const scale = (FULL_SCALE * 10 ** (dbfs / 20)) / activeRms(sound);
  const hiss = FULL_SCALE * 10 ** (noiseDbfs / 20);
  return Int16Array.from({ length: lead + sound.length + RATE / 2 }, (_, i) => {
    const sample = scale * (sound[i - lead] ?? 0) + hiss * random.normal();
    return Math.max(-FULL_SCALE, Math.min(FULL_SCALE - 1, Math.round(sample)));
  });
}

function meanSquare(signal: Float64Array, from: number, count: number): number {
  let sum = 0;
  for (let i = from; i < from + count; i++) sum += (signal[i] ?? 0) ** 2;
  return sum / count;
}
