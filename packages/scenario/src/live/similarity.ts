/** The largest shift between two recordings, in samples: 500 ms. */
const MAX_SHIFT = 4000;
/** How many evenly spread samples the coarse search compares per shift. */
const COARSE_SAMPLES = 4000;
/** How far around the best coarse shift the fine search compares all samples. */
const FINE_SHIFT = 4;
/** Maximum number of samples that are compared: 30 s. */
const MAX_SAMPLES = 240_000;

/**
 * Returns how similar two recordings are, from 0 to 1: the highest normalised cross-correlation within a shift of 500 ms.
 * Recordings that differ only in level give 1; speech with other words gives less than 0.3. A difference in length lowers it.
 * The default threshold of `sounds_like` is in `file/read-expectation.ts`.
 */
export function similarity(one: Int16Array, other: Int16Array): number {
  const [a, b] = [one.subarray(0, MAX_SAMPLES), other.subarray(0, MAX_SAMPLES)];
  const energy = Math.sqrt(dot(a, a, 0, 1) * dot(b, b, 0, 1));
  if (energy === 0) return 0;
  const step = Math.max(1, Math.floor(Math.min(a.length, b.length) / COARSE_SAMPLES));
  let best = 0;
  let bestShift = 0;
  for (let shift = -MAX_SHIFT; shift <= MAX_SHIFT; shift++) {
    const found = dot(a, b, shift, step);
    if (found <= best) continue;
    best = found;
    bestShift = shift;
  }
  let bestFine = 0;
  for (let shift = bestShift - FINE_SHIFT; shift <= bestShift + FINE_SHIFT; shift++) {
    bestFine = Math.max(bestFine, dot(a, b, shift, 1));
  }
  return Math.min(1, bestFine / energy);
}

/** The sum of products of every `step`-th sample, with `b` shifted by `shift` samples. */
function dot(a: Int16Array, b: Int16Array, shift: number, step: number): number {
  const from = Math.max(0, -shift);
  const to = Math.min(a.length, b.length - shift);
  let sum = 0;
  for (let at = from; at < to; at += step) sum += (a[at] ?? 0) * (b[at + shift] ?? 0);
  return sum;
}
