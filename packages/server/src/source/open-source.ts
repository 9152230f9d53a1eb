import { readFile } from 'node:fs/promises';
import type { MediaFormat } from '@hookline/protocol';
import { quietly } from '../deferred.js';
import { type ServerError, serverError } from '../error.js';
import type { CallAudio } from './call-audio.js';
import { iteratorOf, stopIterator } from './iteration.js';
import type { Pcm16Source } from './pcm16.js';
import { openSequence, type SequenceSource } from './sequence.js';
import type { AudioSource } from './source.js';
import { pcm16Transcoder, rawTranscoder, type Transcoder, wavToCallAudio } from './transcoder.js';
import type { WavSource } from './wav.js';

/** A source being played, in bytes of the call. */
export interface OpenSource {
  /** The next bytes, or undefined at the end. Rejects when the source does. */
  next(): Promise<Uint8Array | undefined>;
  /** Tells the source that no more is wanted. Idempotent; never throws. */
  close(): void;
}

/**
 * Opens a source. Bytes that are all there come back at once, so that their first frame can leave at once.
 *
 * @param warn - told what sounds wrong in a raw source
 * @param format - what raw bytes are
 * @throws HooklineError `BAD_SOURCE`
 */
export function openSource(
  source: AudioSource,
  audio: CallAudio,
  warn: (message: string) => void,
  format: MediaFormat = audio.format,
): Uint8Array | OpenSource {
  if (source instanceof Uint8Array) {
    const raw = rawTranscoder(audio, format, warn);
    const bytes = raw.push(source);
    raw.end();
    return bytes;
  }
  if (typeof source !== 'object' || source === null) throw notASource(source);
  if (isTagged(source)) {
    if (source.kind === 'sequence') {
      if (!isIterable(source.sources)) throw notASource(source.sources);
      return openSequence(source.sources, (one) => openSource(one, audio, warn, format));
    }
    if (source.kind === 'wav') return once(() => readWavSource(source, audio));
    const { samples, rate } = source;
    if (samples instanceof Int16Array) return pieces([samples], pcm16Transcoder(audio, rate));
    if (!isIterable(samples)) throw notASource(samples);
    return pieces(samples, pcm16Transcoder(audio, rate));
  }
  if (!isIterable(source)) throw notASource(source);
  return pieces(source, rawTranscoder(audio, format, warn));
}

function notASource(source: unknown): ServerError {
  return serverError(
    'BAD_SOURCE',
    `play() got ${source === null ? 'null' : typeof source}; it takes a Uint8Array, an iterable, async iterable or stream of them, wav(), pcm16() or sequence().`,
  );
}

const TAGS: ReadonlySet<unknown> = new Set<(WavSource | Pcm16Source | SequenceSource)['kind']>([
  'wav',
  'pcm16',
  'sequence',
]);

function isTagged(source: AudioSource): source is WavSource | Pcm16Source | SequenceSource {
  return 'kind' in source && TAGS.has(source.kind);
}

async function readWavSource({ from }: WavSource, audio: CallAudio): Promise<Uint8Array> {
  return wavToCallAudio(audio, from instanceof Uint8Array ? from : await readFile(from));
}

function once(read: () => Promise<Uint8Array>): OpenSource {
  let done = false;
  return {
    async next() {
      if (done) return undefined;
      done = true;
      return read();
    },
    close() {
      done = true;
    },
  };
}

type Pieces<Piece> = AsyncIterable<Piece> | Iterable<Piece>;

function isIterable(source: unknown): boolean {
  if (typeof source !== 'object' || source === null) return false;
  return Symbol.asyncIterator in source || Symbol.iterator in source;
}

/** Pulls piece after piece; the source's own iterator is the one that is told to stop. */
function pieces<Piece>(
  source: Pieces<Piece>,
  making: Transcoder<Piece> | Promise<Transcoder<Piece>>,
): OpenSource {
  const ready = quietly(Promise.resolve(making));
  const iterator = iteratorOf(source);
  let closed = false;
  return {
    async next() {
      const transcoder = await ready;
      if (closed) return undefined;
      const step = await iterator.next();
      if (closed) return undefined;
      if (!step.done) return transcoder.push(step.value);
      closed = true;
      const rest = transcoder.end();
      transcoder.close();
      return rest.length > 0 ? rest : undefined;
    },
    close() {
      if (closed) return;
      closed = true;
      quietly(ready.then((transcoder) => transcoder.close()));
      stopIterator(iterator);
    },
  };
}
