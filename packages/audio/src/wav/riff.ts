import { type AudioError, audioError } from '../error.js';
import { fourCc, sniffBytes } from './sniff.js';

/** The two chunks of a WAV file that matter for its sound. */
export interface WavChunks {
  readonly fmt: Uint8Array;
  readonly data: Uint8Array;
  /** Whether the file ends before the data its header promises. */
  readonly truncated: boolean;
}

/** `RIFF`, a size, `WAVE`. */
export const RIFF_HEAD_BYTES = 12;

/** The name of a chunk and its size. */
export const CHUNK_HEAD_BYTES = 8;

/** Sizes from here on mean that the writer could not seek back: 0xFFFFFFFF (ffmpeg), 0x7FFF… (SoX). */
export const UNKNOWN_SIZE = 0x7fff0000;

/**
 * Walks the RIFF chunks. Accepts the output of real writers: a missing pad byte, sizes of 0 or "unknown" from streams,
 * data that was cut off, RF64 sizes.
 *
 * @throws AudioError `AUDIO_NOT_WAV`, or `AUDIO_BAD_WAV` when a chunk is missing
 */
export function findWavChunks(bytes: Uint8Array): WavChunks {
  if (!isWavHead(bytes)) throw notWav(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let fmt: Uint8Array | undefined;
  let found: Pick<WavChunks, 'data' | 'truncated'> | undefined;
  let wideDataSize: number | undefined;
  const seen: string[] = [];
  let at = RIFF_HEAD_BYTES;
  while (at + CHUNK_HEAD_BYTES <= bytes.length && !(fmt && found)) {
    const id = fourCc(bytes, at);
    const size = view.getUint32(at + 4, true);
    const start = at + CHUNK_HEAD_BYTES;
    const body = bytes.subarray(start, start + size);
    seen.push(JSON.stringify(id));
    if (id === 'fmt ') fmt = body;
    else if (id === 'ds64' && body.length >= 16) wideDataSize = Number(view.getBigUint64(start + 8, true));
    else if (id === 'data') {
      const length = dataLength(bytes, start, size, wideDataSize);
      found = { data: bytes.subarray(start, start + length.bytes), truncated: length.truncated };
    }
    at = chunkEnd(bytes, start, id === 'data' && found ? found.data.length : size);
  }
  if (!fmt || !found) {
    throw audioError(
      'AUDIO_BAD_WAV',
      `Broken WAV file: no ${fmt ? '"data"' : '"fmt "'} chunk in ${bytes.length} bytes; ` +
        `found ${seen.length > 0 ? seen.join(', ') : 'no chunk at all'}. The file was probably truncated; write it again.`,
    );
  }
  return { fmt, ...found };
}

/** Whether a file starts like a WAV file. */
export function isWavHead(bytes: Uint8Array): boolean {
  return sniffBytes(bytes).kind === 'wav';
}

/** Returns the error for bytes that are not a WAV file, naming what they look like. */
export function notWav(bytes: Uint8Array): AudioError {
  const guess = sniffBytes(bytes);
  return audioError(
    'AUDIO_NOT_WAV',
    guess.kind === 'empty'
      ? 'Not a WAV file: there are no bytes. Check that the file was written and read to its end.'
      : `Not a WAV file: it looks like ${guess.label}. Expected "RIFF" … "WAVE" at the start; ` +
          'convert it: ffmpeg -i INPUT -ar 8000 -ac 1 -c:a pcm_mulaw OUTPUT.wav',
  );
}

function dataLength(bytes: Uint8Array, start: number, size: number, wideSize: number | undefined) {
  const rest = bytes.length - start;
  if (size === 0xffffffff && wideSize !== undefined) {
    return { bytes: Math.min(wideSize, rest), truncated: wideSize > rest };
  }
  if (size >= UNKNOWN_SIZE && size > rest) return { bytes: rest, truncated: false };
  // A writer that crashed or could not seek leaves a size of 0 before its audio; an empty file has nothing or a chunk
  // there.
  if (size === 0 && !isChunkOrEnd(bytes, start)) return { bytes: rest, truncated: false };
  return { bytes: Math.min(size, rest), truncated: size > rest };
}

/** Chunks start at even offsets, but some writers omit the pad byte. */
function chunkEnd(bytes: Uint8Array, start: number, size: number): number {
  const end = start + size;
  if (size % 2 === 0) return end;
  return bytes[end] !== 0 && isChunkId(bytes, end) && !isChunkId(bytes, end + 1) ? end : end + 1;
}

function isChunkOrEnd(bytes: Uint8Array, at: number): boolean {
  return at >= bytes.length || isChunkId(bytes, at);
}

/** Whether a chunk seems to begin at `at`; its 8 bytes must be there. */
export function isChunkId(bytes: Uint8Array, at: number): boolean {
  return (
    at + CHUNK_HEAD_BYTES <= bytes.length && /^[A-Za-z][A-Za-z0-9_]{2}[A-Za-z0-9_ ]$/.test(fourCc(bytes, at))
  );
}
