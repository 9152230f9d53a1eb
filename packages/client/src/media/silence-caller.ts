import { MULAW_SILENCE } from '@hookline/audio';
import { checkNumber } from '../argument-error.js';

const CHUNK_MS = 1000;
const BYTES_PER_MS = 8;

/**
 * A caller that says nothing for `durationMs` milliseconds: a pause between others. Without a caller the line is
 * silent anyway.
 *
 * @throws HooklineError `invalid-argument` for what is no time
 */
export function silenceCaller(durationMs: number): AsyncIterable<Uint8Array> {
  checkNumber('durationMs', durationMs, { least: 0, infinite: true });
  const second = new Uint8Array(CHUNK_MS * BYTES_PER_MS).fill(MULAW_SILENCE);
  return {
    async *[Symbol.asyncIterator]() {
      for (let leftMs = durationMs; leftMs > 0; leftMs -= CHUNK_MS) {
        yield leftMs >= CHUNK_MS ? second : second.subarray(0, Math.round(leftMs * BYTES_PER_MS));
      }
    },
  };
}
