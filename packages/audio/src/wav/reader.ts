import { checkArgument } from '@hookline/runtime';
import { audioError } from '../error.js';
import { readEncoding, type WavEncoding } from './encoding.js';
import { CHUNK_HEAD_BYTES, isChunkId, isWavHead, notWav, RIFF_HEAD_BYTES, UNKNOWN_SIZE } from './riff.js';
import { decodeSamples } from './samples.js';
import { fourCc } from './sniff.js';

/** Reads a WAV file that is still arriving, in pieces of any size. */
export interface WavReader {
  /** What the audio is; undefined until the header has come. */
  readonly encoding: WavEncoding | undefined;
  /** Whether all the audio that the header promises has come: what follows is no audio. */
  readonly done: boolean;
  /**
   * Takes the next bytes of the file.
   *
   * @returns the audio in them as stored, in whole samples of all channels; a view of the piece where it can be
   * @throws AudioError `AUDIO_NOT_WAV`, `AUDIO_BAD_WAV`, `AUDIO_UNSUPPORTED_WAV`
   */
  push(bytes: Uint8Array): Uint8Array;
  /**
   * The file has ended.
   *
   * @returns `data`: audio held back until the format was known; empty except for very short files; `truncated`: whether
   *   the file ends before the audio that its header promises, or within a sample
   * @throws AudioError `AUDIO_NOT_WAV`, `AUDIO_BAD_WAV` when the file ends before its audio
   */
  end(): { readonly data: Uint8Array; readonly truncated: boolean };
  /** Audio that `push` or `end` gave, as PCM16, interleaved. */
  samples(data: Uint8Array): Int16Array;
}

const NO_BYTES = new Uint8Array(0);

/** Maximum number of bytes that are read of a relevant chunk other than the audio; the rest is skipped. */
const KEPT_BYTES = 64;

/** The kind of the next bytes. */
type Part =
  | { readonly kind: 'riff' | 'chunk' | 'unpadded' | 'openData' }
  | { readonly kind: 'body'; readonly id: string; readonly size: number }
  | { readonly kind: 'data'; left: number }
  | { readonly kind: 'skip'; left: number; readonly next: Part };

const CHUNK: Part = { kind: 'chunk' };

/**
 * Makes a reader of one WAV file in pieces. Accepts the same files as `readWav`, except those whose audio precedes
 * the `fmt ` chunk, and holds no more bytes than a header has, however long the file is.
 */
export function createWavReader(): WavReader {
  let part: Part = { kind: 'riff' };
  let held: Uint8Array = NO_BYTES;
  let seenBytes = 0;
  let wideSize: number | undefined;
  let encoding: WavEncoding | undefined;
  let done = false;
  const seen: string[] = [];

  /** Returns the number of bytes that are needed to continue. */
  const needed = () => {
    switch (part.kind) {
      case 'riff':
        return RIFF_HEAD_BYTES;
      case 'chunk':
      case 'openData':
        return CHUNK_HEAD_BYTES;
      case 'unpadded':
        return CHUNK_HEAD_BYTES + 1;
      case 'body':
        return Math.min(part.size, KEPT_BYTES);
      case 'data':
      case 'skip':
        return 1;
    }
  };

  const after = (size: number): Part => (size % 2 === 0 ? CHUNK : { kind: 'unpadded' });

  const beginChunk = (head: Uint8Array) => {
    const id = fourCc(head, 0);
    const size = viewOf(head).getUint32(4, true);
    if (seen.length < 16) seen.push(JSON.stringify(id));
    if (id === 'fmt ' || id === 'ds64') part = { kind: 'body', id, size };
    else if (id === 'data') part = beginData(size);
    else part = { kind: 'skip', left: size, next: after(size) };
  };

  const beginData = (size: number): Part => {
    if (!encoding) {
      throw broken('its audio precedes its "fmt " chunk; such a file can only be read as a whole');
    }
    if (size === 0) return { kind: 'openData' };
    if (size < UNKNOWN_SIZE) return { kind: 'data', left: size };
    return { kind: 'data', left: wideSize ?? Number.POSITIVE_INFINITY };
  };

  const readBody = (id: string, size: number, body: Uint8Array) => {
    if (id === 'fmt ') encoding ??= readEncoding(body);
    else if (body.length >= 16) wideSize = Number(viewOf(body).getBigUint64(8, true));
    part = { kind: 'skip', left: size - body.length, next: after(size) };
  };

  /** Parses as much of `held` as possible, and returns the audio in it. */
  const advance = (ended: boolean): Uint8Array => {
    while (!done) {
      if (part.kind === 'skip' && part.left === 0) {
        part = part.next;
        continue;
      }
      if (held.length < needed() && !(ended && held.length > 0)) return NO_BYTES;
      switch (part.kind) {
        case 'riff':
          if (!isWavHead(held)) throw notWav(held);
          take(RIFF_HEAD_BYTES);
          part = CHUNK;
          break;
        case 'chunk':
          if (held.length < CHUNK_HEAD_BYTES) return NO_BYTES;
          beginChunk(take(CHUNK_HEAD_BYTES));
          break;
        case 'unpadded':
          // Chunks start at even offsets, but some writers omit the pad byte.
          if (!(held[0] !== 0 && isChunkId(held, 0) && !isChunkId(held, 1))) take(1);
          part = CHUNK;
          break;
        case 'body':
          if (held.length < needed()) return NO_BYTES;
          readBody(part.id, part.size, take(needed()));
          break;
        case 'openData':
          // A writer that crashed or could not seek leaves a size of 0 before its audio; an empty file has a chunk
          // there.
          if (isChunkId(held, 0)) done = true;
          else part = { kind: 'data', left: Number.POSITIVE_INFINITY };
          break;
        case 'skip':
          part.left -= take(Math.min(part.left, held.length)).length;
          break;
        case 'data':
          return takeData(part);
      }
    }
    return NO_BYTES;
  };

  const takeData = (data: { left: number }): Uint8Array => {
    const block = encoding ? encoding.sampleBytes * encoding.channels : 1;
    const there = Math.min(held.length, data.left);
    const whole = there - (there % block);
    data.left -= whole;
    // The last block is incomplete if the size is not a multiple of the block size.
    done = data.left < block;
    return take(whole);
  };

  const take = (count: number): Uint8Array => {
    const bytes = held.subarray(0, count);
    held = held.subarray(count);
    return bytes;
  };

  const broken = (reason: string) =>
    audioError(
      'AUDIO_BAD_WAV',
      `Broken WAV file: ${reason}. ${seen.length > 0 ? `Its chunks so far: ${seen.join(', ')}. ` : ''}` +
        'Write the file again, or read the whole file first.',
    );

  return {
    get encoding() {
      return encoding;
    },
    get done() {
      return done;
    },
    push(bytes) {
      checkArgument('AUDIO_BAD_ARGUMENT', 'WavReader: bytes', bytes, 'bytes');
      if (done) return NO_BYTES;
      seenBytes += bytes.length;
      held = held.length === 0 ? bytes : join(held, bytes);
      const data = advance(false);
      // The rest has only a few bytes. It is copied, so that the caller may change the piece and its memory can be
      // freed.
      held = done ? NO_BYTES : held.slice();
      return data;
    },
    end() {
      const data = done ? NO_BYTES : advance(true);
      const within = part.kind === 'data' ? part.left : 0;
      const truncated = !done && part.kind === 'data' && (held.length > 0 || Number.isFinite(within));
      const atData = part.kind === 'data' || part.kind === 'openData';
      if (!done && !atData) {
        if (seenBytes === 0 || part.kind === 'riff') throw notWav(held);
        throw broken(`it ended after ${seenBytes} bytes, before its audio`);
      }
      done = true;
      held = NO_BYTES;
      return { data, truncated };
    },
    samples: (data) =>
      encoding ? decodeSamples(data, encoding.codec, encoding.sampleBytes) : new Int16Array(0),
  };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function join(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const out = new Uint8Array(head.length + tail.length);
  out.set(head);
  out.set(tail, head.length);
  return out;
}
