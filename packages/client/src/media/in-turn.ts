import type { CallerSource } from './caller-source.js';

/** One source after another, as one. */
export function inTurn(...sources: readonly CallerSource[]): AsyncIterable<Uint8Array> {
  return {
    async *[Symbol.asyncIterator]() {
      for (const source of sources) {
        if (source instanceof Uint8Array) yield source;
        else yield* source;
      }
    },
  };
}
