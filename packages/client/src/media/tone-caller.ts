import { encodeMulaw, sine } from '@hookline/audio';
import { fields, number } from '../argument-check.js';

/** Options of `toneCaller`. */
export interface ToneOptions {
  /** In whole Hz, so that each second joins the next without a click. Default 440. */
  readonly frequencyHz?: number;
  /** RMS level in dBFS, at most −3.01. Default −20. */
  readonly levelDb?: number;
  /** Default: for ever. */
  readonly durationMs?: number;
}

const CHUNK_MS = 1000;
const BYTES_PER_MS = 8;

/**
 * A caller that is a sine tone.
 *
 * @throws HooklineError `invalid-argument` for a frequency that is no whole number of Hz
 * @throws AudioError `AUDIO_BAD_ARGUMENT` for a frequency or level that 8 kHz audio cannot carry
 */
export function toneCaller(options: ToneOptions = {}): AsyncIterable<Uint8Array> {
  fields(options, '', {
    frequencyHz: number({ above: 0, whole: true }),
    levelDb: number(),
    durationMs: number({ least: 0, infinite: true }),
  });
  const { frequencyHz = 440, levelDb = -20, durationMs = Number.POSITIVE_INFINITY } = options;
  const second = encodeMulaw(sine({ hz: frequencyHz, ms: CHUNK_MS, dbfs: levelDb }));
  return {
    async *[Symbol.asyncIterator]() {
      for (let leftMs = durationMs; leftMs > 0; leftMs -= CHUNK_MS) {
        yield leftMs >= CHUNK_MS ? second : second.subarray(0, Math.round(leftMs * BYTES_PER_MS));
      }
    },
  };
}
