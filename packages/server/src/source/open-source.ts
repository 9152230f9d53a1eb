import type { MediaFormat } from '@hookline/protocol';
import type { Clock } from '@hookline/runtime';
import { type ServerError, serverError } from '../error.js';
import { isPromise } from '../user-code/deferred.js';
import { BYTES, bytesOf, LONG_BYTES, samplesOrBytesOf } from './audio-bytes.js';
import { describeNonAudio } from './describe-non-audio.js';
import { discardSource } from './discard.js';
import { openSequence } from './open-sequence.js';
import { openWav } from './open-wav.js';
import { openPieces, type PieceKind } from './pieces.js';
import type { PushedPieces } from './pushed-pieces.js';
import type { AudioSource, CallAudio, Pcm16Source, SequenceSource, WavSource } from './source.js';
import { type Inspect, inspection, pcm16Transcoder, rawTranscoder } from './transcoder.js';

/** An open source, read as bytes in the format of the call. */
export interface OpenSource {
  /** The next bytes, or undefined at the end. Rejects when the source does. */
  next(): Promise<Uint8Array | undefined>;
  /** Closes the source. Idempotent; never throws. */
  close(): void;
}

/** Receives the bytes of a source that pushes them. */
export interface SourceReader {
  bytes(bytes: Uint8Array): void;
  ended(): void;
  failed(error: unknown): void;
}

/** An open source that pushes its bytes synchronously as they arrive. */
export interface LiveSource {
  /** Called once. */
  readBy(reader: SourceReader): void;
  /** Closes the source. Idempotent; never throws. */
  close(): void;
}

const RAW: PieceKind<Uint8Array> = {
  play: 'play()',
  expected: `${BYTES}, an iterable, async iterable or stream of them, wav(), pcm16(), sequence(), or a promise of these`,
  piece: `${BYTES}; for samples use pcm16(), for a file wav()`,
  pieceOf: bytesOf,
  slice: (piece, start, end) => piece.subarray(start, end),
};

const PCM16: PieceKind<Int16Array | Uint8Array> = {
  play: 'play(pcm16())',
  expected: `an Int16Array or little-endian bytes (${BYTES}), an iterable, async iterable or stream of them, or a promise of these`,
  piece: `an Int16Array, or little-endian bytes in ${BYTES}`,
  pieceOf: samplesOrBytesOf,
  slice: (piece, start, end) => piece.subarray(start, end),
};

/**
 * Opens a source. A source that is a plain buffer is converted at once, so that its first frame can be sent at once,
 * unless it is long.
 *
 * @param warn - called with a message when raw audio sounds wrong or ends early
 * @param clock - held, if it is a virtual clock, while files are read and converters are loaded
 * @param format - the format of raw bytes
 * @throws HooklineError `SERVER_BAD_SOURCE`
 */
export function openSource(
  source: AudioSource,
  audio: CallAudio,
  warn: (message: string) => void,
  clock: Clock,
  format: MediaFormat = audio.format,
): Uint8Array | OpenSource {
  const whole = bytesOf(source);
  if (whole && (whole.length <= LONG_BYTES || format === audio.format)) {
    const raw = rawTranscoder(audio, format, inspection(warn));
    const bytes = raw.push(whole);
    raw.end();
    return bytes;
  }
  const open = (one: AudioSource) => openSource(one, audio, warn, clock, format);
  if (isPromise(source)) return once(source, async () => open(await source));
  if (!isTagged(source))
    return openPieces(source, RAW, () => rawTranscoder(audio, format, inspection(warn)), clock);
  if (source.kind === 'wav') return once(source, () => openWav(source.from, audio, warn, clock));
  if (source.kind === 'pcm16') {
    return openPieces(source.samples, PCM16, () => pcm16Transcoder(audio, source.rate, warn), clock);
  }
  if (!isIterable(source.sources)) throw invalidSource(source.sources);
  return openAll(source.sources, open);
}

/**
 * Opens raw bytes that are pushed in the format of the call: they need no converter and can be sent at once.
 *
 * @param inspect - called with µ-law
 */
export function openPushed(pieces: PushedPieces, audio: CallAudio, inspect: Inspect): LiveSource {
  const raw = rawTranscoder(audio, audio.format, inspect);
  return {
    readBy(reader) {
      const guarded = (take: () => Uint8Array) => {
        try {
          reader.bytes(take());
          return true;
        } catch (error) {
          reader.failed(error);
          return false;
        }
      };
      pieces.readBy({
        piece: (piece) => void guarded(() => raw.push(piece)),
        ended() {
          if (guarded(() => raw.end())) reader.ended();
        },
      });
    },
    close: () => pieces.clear(),
  };
}

function invalidSource(got: unknown): ServerError {
  return serverError(
    'SERVER_BAD_SOURCE',
    `play(sequence()) got ${describeNonAudio(got)}; expected an iterable or async iterable of sources, such as [wav('a.wav'), wav('b.wav')].`,
  );
}

const TAGS: ReadonlySet<unknown> = new Set<(WavSource | Pcm16Source | SequenceSource)['kind']>([
  'wav',
  'pcm16',
  'sequence',
]);

function isTagged(source: AudioSource): source is WavSource | Pcm16Source | SequenceSource {
  return typeof source === 'object' && source !== null && 'kind' in source && TAGS.has(source.kind);
}

function isIterable(source: unknown): boolean {
  if (typeof source !== 'object' || source === null) return false;
  return Symbol.asyncIterator in source || Symbol.iterator in source;
}

/** Opens a sequence. Sources given in an array are known in advance: those that were not played are discarded on close. */
function openAll(
  sources: SequenceSource['sources'],
  open: (source: AudioSource) => Uint8Array | OpenSource,
): OpenSource {
  const left: AudioSource[] = Array.isArray(sources) ? [...sources] : [];
  const sequence = openSequence(sources, (source) => {
    left.splice(0, 1);
    return open(source);
  });
  return {
    next: () => sequence.next(),
    close() {
      sequence.close();
      for (const source of left.splice(0)) void discardSource(source);
    },
  };
}

/** A source that is opened at the first read. */
function once(source: AudioSource, opening: () => Promise<Uint8Array | OpenSource>): OpenSource {
  let begun = false;
  let closed = false;
  let opened: OpenSource | undefined;
  return {
    async next() {
      if (begun) return opened?.next();
      begun = true;
      const made = await opening();
      if (made instanceof Uint8Array) return closed ? undefined : made;
      if (closed) {
        made.close();
        return undefined;
      }
      opened = made;
      return opened.next();
    },
    close() {
      if (!begun) void discardSource(source);
      begun = true;
      closed = true;
      opened?.close();
    },
  };
}
