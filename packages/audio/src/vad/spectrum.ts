/**
 * The power spectrum of a block of samples under a Hann window: a Fourier transform of radix 2 over half as many complex
 * values, then the two halves told apart. Nothing is allocated for a block.
 */
export class Spectrum {
  /** Power in each bin, from 0 Hz to half the rate. */
  readonly power: Float64Array;
  readonly #tables: Tables;
  readonly #re: Float64Array;
  readonly #im: Float64Array;

  /** @param size - samples in a block, a power of 2 */
  constructor(readonly size: number) {
    const half = size / 2;
    this.power = new Float64Array(half + 1);
    this.#tables = tablesOf(size);
    this.#re = new Float64Array(half);
    this.#im = new Float64Array(half);
  }

  /** Transforms `size` samples from `from` on into `power`. */
  transform(samples: Float64Array, from: number): void {
    this.#load(samples, from);
    this.#butterflies();
    this.#unfold();
  }

  #load(samples: Float64Array, from: number): void {
    const { order, window } = this.#tables;
    const [re, im] = [this.#re, this.#im];
    for (let i = 0; i < order.length; i++) {
      const to = order[i] ?? 0;
      re[to] = (samples[from + 2 * i] ?? 0) * (window[2 * i] ?? 0);
      im[to] = (samples[from + 2 * i + 1] ?? 0) * (window[2 * i + 1] ?? 0);
    }
  }

  #butterflies(): void {
    const { cos: allCos, sin: allSin } = this.#tables;
    const [re, im] = [this.#re, this.#im];
    const half = re.length;
    for (let span = 1; span < half; span *= 2) {
      const step = half / span;
      for (let j = 0; j < span; j++) {
        const cos = allCos[j * step] ?? 0;
        const sin = allSin[j * step] ?? 0;
        for (let a = j; a < half; a += 2 * span) {
          const b = a + span;
          const reA = re[a] ?? 0;
          const imA = im[a] ?? 0;
          const reB = re[b] ?? 0;
          const imB = im[b] ?? 0;
          const turnedRe = reB * cos - imB * sin;
          const turnedIm = reB * sin + imB * cos;
          re[b] = reA - turnedRe;
          im[b] = imA - turnedIm;
          re[a] = reA + turnedRe;
          im[a] = imA + turnedIm;
        }
      }
    }
  }

  #unfold(): void {
    const { cos: allCos, sin: allSin } = this.#tables;
    const [re, im, power] = [this.#re, this.#im, this.power];
    const half = re.length;
    for (let k = 0; k <= half; k++) {
      const a = k < half ? k : 0;
      const b = k === 0 ? 0 : half - k;
      const evenRe = (re[a] ?? 0) + (re[b] ?? 0);
      const evenIm = (im[a] ?? 0) - (im[b] ?? 0);
      const oddRe = (im[a] ?? 0) + (im[b] ?? 0);
      const oddIm = (re[b] ?? 0) - (re[a] ?? 0);
      const cos = allCos[k] ?? 0;
      const sin = allSin[k] ?? 0;
      const wholeRe = (evenRe + oddRe * cos - oddIm * sin) / 2;
      const wholeIm = (evenIm + oddRe * sin + oddIm * cos) / 2;
      power[k] = wholeRe * wholeRe + wholeIm * wholeIm;
    }
  }
}

interface Tables {
  readonly window: Float64Array;
  readonly order: Uint16Array;
  readonly cos: Float64Array;
  readonly sin: Float64Array;
}

/** The same for every spectrum of a size. */
const tablesBySize = new Map<number, Tables>();

function tablesOf(size: number): Tables {
  let tables = tablesBySize.get(size);
  if (!tables) {
    const half = size / 2;
    tables = {
      window: Float64Array.from({ length: size }, (_, i) => Math.sin((Math.PI * (i + 0.5)) / size) ** 2),
      order: bitReversed(half),
      cos: Float64Array.from({ length: half + 1 }, (_, i) => Math.cos((2 * Math.PI * i) / size)),
      sin: Float64Array.from({ length: half + 1 }, (_, i) => -Math.sin((2 * Math.PI * i) / size)),
    };
    tablesBySize.set(size, tables);
  }
  return tables;
}

function bitReversed(length: number): Uint16Array {
  const order = new Uint16Array(length);
  for (let i = 1; i < length; i++) order[i] = ((order[i >> 1] ?? 0) >> 1) | (i & 1 ? length >> 1 : 0);
  return order;
}
