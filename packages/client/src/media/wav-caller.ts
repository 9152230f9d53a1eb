import { readFile } from 'node:fs/promises';
import { messageOf } from '@hookline/runtime';
import { argumentError } from '../argument-error.js';

/**
 * A caller that plays a WAV file: PCM, float, µ-law or A-law, any rate, mixed down to mono.
 * The file is read once, when a call needs it; one that cannot be read ends the call with cause `caller-source`.
 *
 * @param wav - a path, or the bytes of the file
 * @throws HooklineError `invalid-argument` for anything else
 */
export function wavCaller(wav: string | URL | Uint8Array): AsyncIterable<Uint8Array> {
  if (typeof wav !== 'string' && !(wav instanceof URL) && !(wav instanceof Uint8Array)) {
    throw argumentError('wav', wav, 'a path, or the bytes of a WAV file');
  }
  let audio: Promise<Uint8Array> | undefined;
  return {
    async *[Symbol.asyncIterator]() {
      audio ??= load(wav);
      yield await audio;
    },
  };
}

async function load(wav: string | URL | Uint8Array): Promise<Uint8Array> {
  // Loaded on demand: it brings wasm, which no other caller needs.
  const { toMulaw8k } = await import('@hookline/audio/resample');
  if (wav instanceof Uint8Array) return toMulaw8k(wav);
  try {
    return await toMulaw8k(await readFile(wav));
  } catch (error) {
    throw new Error(`${String(wav)}: ${messageOf(error)}`, { cause: error });
  }
}
