import { serverError } from '../error.js';
import { type AudioBytes, heed, type InPieces } from './source.js';
import { whatCame } from './what-came.js';

type Samples = InPieces<Int16Array | AudioBytes>;

/** PCM16 samples to play, made by `pcm16()`. */
export interface Pcm16Source {
  readonly kind: 'pcm16';
  readonly samples: Samples | PromiseLike<Samples>;
  readonly rate: number;
}

const MIN_RATE = 1000;
const MAX_RATE = 192_000;

/**
 * PCM16 mono samples as a source, as speech synthesizers give them: `Int16Array`, or little-endian bytes cut anywhere,
 * also within a sample. Half a sample at the end is left out, with a warning in the log.
 *
 * @param samples - all at once, or in pieces of any size as they come (an iterable, a Node `Readable`, the body of a
 *   response), or a promise of these
 * @param options - `rate`: samples a second, a whole number from 1000 to 192,000
 * @throws HooklineError `BAD_SOURCE` for a rate that is none
 */
export function pcm16(samples: Pcm16Source['samples'], options: { readonly rate: number }): Pcm16Source {
  const rate: unknown = options?.rate;
  if (typeof rate !== 'number' || !Number.isInteger(rate) || rate < MIN_RATE || rate > MAX_RATE) {
    throw serverError(
      'BAD_SOURCE',
      `pcm16() got ${whatCame(rate)} for its rate; it takes { rate } in samples a second, a whole number from ${MIN_RATE} to ${MAX_RATE}, such as 24000.`,
    );
  }
  heed(samples);
  return { kind: 'pcm16', samples, rate };
}
