import { decodeMulaw, encodeMulaw, gain, mix } from '@hookline/audio';
import { checkNumber } from '../argument-error.js';
import { type CallerSource, LOADED, loadSource, notifyOpened, OPENED } from './caller-source.js';

/** One source after another, as one. */
export function inTurn(...sources: readonly CallerSource[]): AsyncIterable<Uint8Array> {
  return {
    async *[Symbol.asyncIterator]() {
      for (const source of sources) {
        if (source instanceof Uint8Array) yield source;
        else yield* source;
      }
    },
    ...passingOn(sources),
  };
}

/**
 * A source made louder or quieter.
 *
 * @param db - decibels, negative for quieter
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` for what is no finite number
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
    ...passingOn([source]),
  };
}

/**
 * Mixes a background into a source: noise, music, a second voice. Lasts as long as the source; a noise that ends
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
    ...passingOn([source, noise]),
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

/** Lets the parts of a source know when the session is open, and loads them. */
function passingOn(sources: readonly CallerSource[]): { [OPENED](): void; [LOADED](): Promise<unknown> } {
  return {
    [OPENED]() {
      for (const source of sources) notifyOpened(source);
    },
    [LOADED]: () => Promise.all(sources.map(loadSource)),
  };
}
