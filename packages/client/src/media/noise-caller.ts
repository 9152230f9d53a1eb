import { dbToRatio, encodeMulaw } from '@hookline/audio';
import { fields, number } from '../argument-check.js';
import { seededRandom } from '../faults/random.js';

/** Options of `noiseCaller`. */
export interface NoiseOptions {
  /** RMS level in dBFS, at most −5. Default −50, a quiet line. */
  readonly levelDb?: number;
  /** Default: for ever. */
  readonly durationMs?: number;
  /** Default 1. */
  readonly seed?: number;
}

const CHUNK_MS = 1000;
const SAMPLES_PER_MS = 8;

/**
 * White noise, the same under the same seed: a caller of its own, or the line behind one (see `withNoise`).
 *
 * @throws HooklineError `invalid-argument` for a level that would clip
 */
export function noiseCaller(options: NoiseOptions = {}): AsyncIterable<Uint8Array> {
  fields(options, '', {
    levelDb: number({ most: -5 }),
    durationMs: number({ least: 0, infinite: true }),
    seed: number({ whole: true }),
  });
  const { levelDb = -50, durationMs = Number.POSITIVE_INFINITY, seed = 1 } = options;
  // Evenly spread samples have an RMS level of peak / √3.
  const peak = dbToRatio(levelDb) * 32_767 * Math.sqrt(3);
  return {
    async *[Symbol.asyncIterator]() {
      const random = seededRandom(seed);
      for (let leftMs = durationMs; leftMs > 0; leftMs -= CHUNK_MS) {
        const length = Math.round(Math.min(leftMs, CHUNK_MS) * SAMPLES_PER_MS);
        yield encodeMulaw(Int16Array.from({ length }, () => (2 * random() - 1) * peak));
      }
    },
  };
}
