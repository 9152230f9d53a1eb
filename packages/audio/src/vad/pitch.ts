/** Half the rate is enough for the pitch of a voice, and costs a quarter. */
const RATE = 4000;
/** What is held against its own past: 40 ms, two periods of the lowest voice and more. */
const WINDOW = 160;
/** From 400 Hz … */
const SHORTEST = 10;
/** … to 70 Hz. */
const LONGEST = 57;
/** How much more alike a longer lag must be: each multiple of a period is a period too. */
const MULTIPLE = 0.04;

/** How well the end of a signal repeats itself, and at which pitch. */
export class Pitch {
  /** The highest normalised autocorrelation at a lag of a voice, 0 to 1; 0 when it has no peak. */
  strength = 0;
  /** The pitch there, of a high voice at times a half or a third of it; 0 when it has no peak. */
  hz = 0;
  readonly #halved = new Float64Array(WINDOW + LONGEST + 2);
  readonly #likeness = new Float64Array(LONGEST + 2);

  /** Looks at the last 438 samples, at 8 kHz. */
  find(samples: Float64Array): void {
    this.#halve(samples);
    this.#correlate();
    this.#pick();
  }

  #halve(samples: Float64Array): void {
    const halved = this.#halved;
    const from = samples.length - 2 * halved.length;
    for (let i = 0; i < halved.length; i++) {
      halved[i] = (samples[from + 2 * i] ?? 0) + (samples[from + 2 * i + 1] ?? 0);
    }
  }

  #correlate(): void {
    const x = this.#halved;
    const from = x.length - WINDOW;
    const energy = energyOf(x, from);
    let shiftedEnergy = energyOf(x, from - SHORTEST + 1);
    for (let lag = SHORTEST - 1; lag <= LONGEST + 1; lag++) {
      this.#likeness[lag] = product(x, from, lag) / Math.sqrt(energy * shiftedEnergy);
      shiftedEnergy += (x[from - lag - 1] ?? 0) ** 2 - (x[x.length - lag - 1] ?? 0) ** 2;
    }
  }

  #pick(): void {
    this.strength = 0;
    this.hz = 0;
    for (let lag = SHORTEST; lag <= LONGEST; lag++) {
      const before = this.#likeness[lag - 1] ?? 0;
      const here = this.#likeness[lag] ?? 0;
      const after = this.#likeness[lag + 1] ?? 0;
      const isPeak = here >= before && here > after;
      if (!isPeak || here <= this.strength + (this.hz > 0 ? MULTIPLE : 0)) continue;
      this.strength = here;
      // The top of the parabola through the three.
      this.hz = RATE / (lag + (0.5 * (before - after)) / (before - 2 * here + after));
    }
  }
}

function product(x: Float64Array, from: number, lag: number): number {
  // Two sums side by side: each addition need not wait for the one before.
  let even = 0;
  let odd = 0;
  for (let i = from; i < x.length; i += 2) {
    even += (x[i] ?? 0) * (x[i - lag] ?? 0);
    odd += (x[i + 1] ?? 0) * (x[i + 1 - lag] ?? 0);
  }
  return even + odd;
}

function energyOf(x: Float64Array, from: number): number {
  // Never 0, so that silence is like nothing.
  let energy = 1e-9;
  for (let i = from; i < from + WINDOW; i++) energy += (x[i] ?? 0) ** 2;
  return energy;
}
