import { decodeMulaw, encodeMulaw, gain, MULAW_SILENCE, mix } from '@hookline/audio';
import { isBytes } from '@hookline/runtime';
import { checkNumber } from '../argument-error.js';
import { type CallerSource, LOADED, loadSource, notifyOpened, OPENED } from './caller-source.js';
import { checkCaller } from './check-caller.js';
import { MAX_PIECES } from './source-reader.js';

/**
 * Plays sources one after another.
 *
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` for a value that is not a source
 */
export function inTurn(...sources: readonly CallerSource[]): AsyncIterable<Uint8Array> {
  for (const source of sources) checkCaller(source, 'inTurn: source');
  return {
    async *[Symbol.asyncIterator]() {
      for (const source of sources) {
        if (isBytes(source)) yield source;
        else yield* source;
      }
    },
    ...forwardLifecycle(sources),
  };
}

/**
 * Changes the level of a source.
 *
 * @param db - decibels, negative for quieter
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` for a value that is not a source, or not a finite number
 */
export function withGain(source: CallerSource, db: number): AsyncIterable<Uint8Array> {
  checkCaller(source, 'withGain: source');
  checkNumber('db', db, {});
  return {
    async *[Symbol.asyncIterator]() {
      for await (const chunk of inTurn(source)) {
        const samples = decodeMulaw(chunk);
        yield encodeMulaw(gain(samples, db, samples));
      }
    },
    ...forwardLifecycle([source]),
  };
}

/**
 * Mixes a background into a source: noise, music, a second voice. Lasts as long as the source; a shorter noise is
 * repeated. It ends where it yields only empty pieces.
 *
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` for a value that is not a source
 */
export function withNoise(source: CallerSource, noise: CallerSource): AsyncIterable<Uint8Array> {
  checkCaller(source, 'withNoise: source');
  checkCaller(noise, 'withNoise: noise');
  return {
    async *[Symbol.asyncIterator]() {
      const behind = endless(noise);
      try {
        let rest: Uint8Array = new Uint8Array(0);
        for await (const chunk of inTurn(source)) {
          let filled = 0;
          const under = new Uint8Array(chunk.length).fill(MULAW_SILENCE);
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
    ...forwardLifecycle([source, noise]),
  };
}

async function* endless(source: CallerSource): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) {
    let empty = true;
    let emptyPieces = 0;
    for await (const chunk of inTurn(source)) {
      if (chunk.length === 0) {
        emptyPieces += 1;
        if (emptyPieces >= MAX_PIECES) return;
        continue;
      }
      empty = false;
      emptyPieces = 0;
      yield chunk;
    }
    // An empty noise is silence from here on.
    if (empty) return;
  }
}

/** Forwards `OPENED` and `LOADED` to the parts of a source. */
function forwardLifecycle(sources: readonly CallerSource[]): {
  [OPENED](): void;
  [LOADED](): Promise<unknown>;
} {
  return {
    [OPENED]() {
      for (const source of sources) notifyOpened(source);
    },
    [LOADED]: () => Promise.all(sources.map(loadSource)),
  };
}
