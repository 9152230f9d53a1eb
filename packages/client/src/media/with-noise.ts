import { decodeMulaw, encodeMulaw, mix } from '@hookline/audio';
import type { CallerSource } from './caller-source.js';
import { inTurn } from './in-turn.js';

/**
 * A source with another behind it: noise, music, a second voice. Lasts as long as the source; a noise that ends
 * before begins again.
 */
export function withNoise(source: CallerSource, noise: CallerSource): AsyncIterable<Uint8Array> {
  return {
    async *[Symbol.asyncIterator]() {
      const behind = endless(noise);
      try {
        let rest: Uint8Array = new Uint8Array(0);
        for await (const chunk of inTurn(source)) {
          let filled = 0;
          const under = new Uint8Array(chunk.length).fill(0xff);
          while (filled < chunk.length) {
            if (rest.length === 0) {
              const next = await behind.next();
              if (next.done) break;
              rest = next.value;
            }
            const part = rest.subarray(0, chunk.length - filled);
            under.set(part, filled);
            filled += part.length;
            rest = rest.subarray(part.length);
          }
          yield encodeMulaw(mix(decodeMulaw(chunk), decodeMulaw(under)));
        }
      } finally {
        await behind.return();
      }
    },
  };
}

async function* endless(source: CallerSource): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) {
    let empty = true;
    for await (const chunk of inTurn(source)) {
      if (chunk.length === 0) continue;
      empty = false;
      yield chunk;
    }
    // One that has nothing more to give is silence from here on.
    if (empty) return;
  }
}
