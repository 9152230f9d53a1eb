import { readFile } from 'node:fs/promises';
import {
  BYTES_PER_MS,
  type DtmfOptions as DtmfToneOptions,
  dbToRatio,
  dtmf,
  encodeMulaw,
  MULAW_SILENCE,
  sine,
} from '@hookline/audio';
import { checkArgument, isBytes, messageOf, seededRandom } from '@hookline/runtime';
import { fields, number } from '../argument-check.js';
import { argumentError, checkNumber } from '../argument-error.js';
import { LOADED } from './caller-source.js';

/** The length of generated pieces. */
const CHUNK_MS = 1000;

/**
 * A caller that is silent for `durationMs` milliseconds: a pause between other callers. Without a caller, the line is
 * silent anyway.
 *
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` for an invalid duration
 */
export function silenceCaller(durationMs: number): AsyncIterable<Uint8Array> {
  checkNumber('durationMs', durationMs, { min: 0, infinite: true });
  const second = new Uint8Array(CHUNK_MS * BYTES_PER_MS).fill(MULAW_SILENCE);
  return inSeconds(durationMs, () => (samples) => second.subarray(0, samples));
}

/** Options of `toneCaller`. */
export interface ToneOptions {
  /** The frequency in whole Hz, so that seconds join without clicks. Default 440. */
  readonly frequencyHz?: number;
  /** RMS level in dBFS, at most −3.01. Default −20. */
  readonly levelDb?: number;
  /** In milliseconds. Default: without an end. */
  readonly durationMs?: number;
}

/**
 * A caller that plays a sine tone.
 *
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` for a frequency that is not a whole number of Hz
 * @throws AudioError `AUDIO_BAD_ARGUMENT` for a frequency or level that 8 kHz audio cannot carry
 */
export function toneCaller(options: ToneOptions = {}): AsyncIterable<Uint8Array> {
  fields(options, '', {
    frequencyHz: number({ above: 0, integer: true }),
    levelDb: number(),
    durationMs: number({ min: 0, infinite: true }),
  });
  const { frequencyHz = 440, levelDb = -20, durationMs = Number.POSITIVE_INFINITY } = options;
  const second = encodeMulaw(sine({ hz: frequencyHz, ms: CHUNK_MS, dbfs: levelDb }));
  return inSeconds(durationMs, () => (samples) => second.subarray(0, samples));
}

/** Options of `noiseCaller`. */
export interface NoiseOptions {
  /** RMS level in dBFS, at most −5. Default −50, a quiet line. */
  readonly levelDb?: number;
  /** In milliseconds. Default: without an end. */
  readonly durationMs?: number;
  /** Default 1. */
  readonly seed?: number;
}

/**
 * White noise, reproducible with the same seed. Use it as a caller or as line noise behind one (see `withNoise`).
 *
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` for a level that would clip
 */
export function noiseCaller(options: NoiseOptions = {}): AsyncIterable<Uint8Array> {
  fields(options, '', {
    levelDb: number({ max: -5 }),
    durationMs: number({ min: 0, infinite: true }),
    seed: number({ integer: true }),
  });
  const { levelDb = -50, durationMs = Number.POSITIVE_INFINITY, seed = 1 } = options;
  // Uniformly distributed samples have an RMS level of peak / √3.
  const peak = dbToRatio(levelDb) * 32_767 * Math.sqrt(3);
  return inSeconds(durationMs, () => {
    const random = seededRandom(seed);
    return (samples) => encodeMulaw(Int16Array.from({ length: samples }, () => (2 * random() - 1) * peak));
  });
}

/**
 * A caller whose keys are audible as tones, for bots that detect tones. Genesys sends keys as messages instead: see
 * `call.sendDtmf`.
 *
 * @throws AudioError `AUDIO_BAD_ARGUMENT` for a character that is not a key
 */
export function dtmfToneCaller(digits: string, options: DtmfToneOptions = {}): Iterable<Uint8Array> {
  checkArgument('CLIENT_BAD_ARGUMENT', 'dtmfToneCaller: digits', digits, 'text');
  const tones = encodeMulaw(dtmf(digits, options));
  return tones.length === 0 ? [] : [tones];
}

/**
 * A caller that plays a WAV file: PCM, float, µ-law or A-law, any rate, mixed down to mono. The file is read once, when
 * a call needs it, and on a virtual clock while the clock stands still; one that cannot be read ends the call with
 * cause `caller-source`.
 *
 * @param wav - a path, or the bytes of the file
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` for anything else
 */
export function wavCaller(wav: string | URL | Uint8Array): AsyncIterable<Uint8Array> {
  if (typeof wav !== 'string' && !(wav instanceof URL) && !isBytes(wav)) {
    throw argumentError('wav', wav, 'a path, or the bytes of a WAV file');
  }
  let audio: Promise<Uint8Array> | undefined;
  const loaded = () => {
    audio ??= load(wav);
    return audio;
  };
  const source = {
    async *[Symbol.asyncIterator]() {
      yield await loaded();
    },
    [LOADED]: loaded,
  };
  return source;
}

async function load(wav: string | URL | Uint8Array): Promise<Uint8Array> {
  // Loaded on demand, because only this caller needs its wasm.
  const { toMulaw8k } = await import('@hookline/audio/resample');
  if (isBytes(wav)) return toMulaw8k(wav);
  try {
    return await toMulaw8k(await readFile(wav));
  } catch (error) {
    throw new Error(`${String(wav)}: ${messageOf(error)}`, { cause: error });
  }
}

/** Audio of a given duration in pieces of a second, from the start for each iteration. */
function inSeconds(
  durationMs: number,
  begin: () => (samples: number) => Uint8Array,
): AsyncIterable<Uint8Array> {
  return {
    async *[Symbol.asyncIterator]() {
      const next = begin();
      for (let leftMs = durationMs; leftMs > 0; leftMs -= CHUNK_MS) {
        yield next(Math.round(Math.min(leftMs, CHUNK_MS) * BYTES_PER_MS));
      }
    },
  };
}
