/** How far two recordings may be shifted against each other, in samples: 500 ms. */
const MAX_SHIFT = 4000;
/** Samples that each shift is tried with first, spread evenly. */
const COARSE_SAMPLES = 4000;
/** How far around the best of them all samples are tried. */
const FINE_SHIFT = 4;
/** The longest that is compared, in samples: 30 s. */
const MAX_SAMPLES = 240_000;

/**
 * How like two recordings are, from 0 to 1: the highest normalised cross-correlation within a shift of half a second. 1
 * is the same but for its level; speech of other words is below 0.3. What one has longer than the other counts against it.
 * What is like enough says `sounds_like` of a file, by default in `file/read-expectation.ts`.
 */
export function likeness(one: Int16Array, other: Int16Array): number {
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
  let finest = 0;
  for (let shift = bestShift - FINE_SHIFT; shift <= bestShift + FINE_SHIFT; shift++) {
    finest = Math.max(finest, dot(a, b, shift, 1));
  }
  return Math.min(1, finest / energy);
}

/** The sum of products of every `step`-th sample, with `b` shifted by `shift` samples. */
function dot(a: Int16Array, b: Int16Array, shift: number, step: number): number {
  const from = Math.max(0, -shift);
  const to = Math.min(a.length, b.length - shift);
  let sum = 0;
  for (let at = from; at < to; at += step) sum += (a[at] ?? 0) * (b[at + shift] ?? 0);
  return sum;
}
