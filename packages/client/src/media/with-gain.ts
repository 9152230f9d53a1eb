import { decodeMulaw, encodeMulaw, gain } from '@hookline/audio';
import { checkNumber } from '../argument-error.js';
import type { CallerSource } from './caller-source.js';
import { inTurn } from './in-turn.js';

/**
 * A source made louder or quieter.
 *
 * @param db - decibels, negative for quieter
 * @throws HooklineError `invalid-argument` for what is no finite number
 */
export function withGain(source: CallerSource, db: number): AsyncIterable<Uint8Array> {
  checkNumber('db', db, {});
  return {
    async *[Symbol.asyncIterator]() {
      for await (const chunk of inTurn(source)) {
        const samples = decodeMulaw(chunk);
        yield encodeMulaw(gain(samples, db, samples));
      }
    },
  };
}
