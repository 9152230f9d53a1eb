import { HooklineError } from '@hookline/runtime';

/** Options of `toneCaller`. */
export interface ToneOptions {
  /** Default 440. */
  readonly frequencyHz?: number;
  /** Peak level below full scale. Default −12. */
  readonly levelDb?: number;
  /** Default: for ever. */
  readonly durationMs?: number;
}

/** A caller that is a sine tone. */
export function toneCaller(_options: ToneOptions = {}): AsyncIterable<Uint8Array> {
  throw new HooklineError('internal', 'Tone callers are not built yet.');
}
