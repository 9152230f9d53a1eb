import { decodeMulaw, encodeMulaw, gain } from '@hookline/audio';
import type { CallerSource } from './caller-source.js';
import { inTurn } from './in-turn.js';

/**
 * A source made louder or quieter.
 *
 * @param db - decibels, negative for quieter
 */
export function withGain(source: CallerSource, db: number): AsyncIterable<Uint8Array> {
  return {
    async *[Symbol.asyncIterator]() {
      for await (const chunk of inTurn(source)) {
        const samples = decodeMulaw(chunk);
        yield encodeMulaw(gain(samples, db, samples));
      }
    },
  };
}
