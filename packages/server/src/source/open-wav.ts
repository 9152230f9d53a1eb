import { createReadStream, type ReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createWavReader } from '@hookline/audio';
import { type Clock, holdClock, messageOf } from '@hookline/runtime';
import { serverError } from '../error.js';
import { BYTES, bytesOf, LONG_BYTES } from './audio-bytes.js';
import { handleFailureOf } from './handle-failure.js';
import type { OpenSource } from './open-source.js';
import { openPieces, type PieceKind } from './pieces.js';
import type { CallAudio, WavSource } from './source.js';
import { wavToCallAudio, wavTranscoder } from './wav-transcoder.js';

/** The start of a long file in which its audio must begin if it is to be read in pieces from the disk. */
const HEAD_BYTES = 65_536;

const WAV: PieceKind<Uint8Array> = {
  play: 'play(wav())',
  expected: `a path, a file: URL, the file as ${BYTES}, an iterable, async iterable or stream of these, or a promise of one`,
  piece: BYTES,
  pieceOf: bytesOf,
  slice: (piece, start, end) => piece.subarray(start, end),
};

/** Opens a WAV file for reading in the format of the call. */
export async function openWav(
  from: WavSource['from'],
  audio: CallAudio,
  warn: (message: string) => void,
  clock: Clock,
): Promise<Uint8Array | OpenSource> {
  const given = await from;
  const isPath = typeof given === 'string' || given instanceof URL;
  const file = isPath ? await holdClock(clock, readWavFile(given)) : given;
  const bytes = bytesOf(file);
  if (bytes && !(bytes.length > LONG_BYTES && audioBegins(bytes))) {
    return holdClock(clock, wavToCallAudio(audio, bytes, warn));
  }
  return openPieces(file, WAV, () => wavTranscoder(audio, warn), clock);
}

async function readWavFile(path: string | URL): Promise<Uint8Array | ReadStream> {
  const named = `wav(${JSON.stringify(String(path).slice(0, 300))})`;
  if (/^https?:/i.test(String(path))) {
    throw serverError(
      'SERVER_BAD_SOURCE',
      `play(${named}) got a web address; wav() reads files. Fetch it first: wav((await fetch(url)).body).`,
    );
  }
  try {
    const file = await open(path);
    try {
      if (!(await canStream(file))) return await file.readFile();
    } finally {
      await file.close();
    }
    const stream = createReadStream(path);
    handleFailureOf(stream);
    return stream;
  } catch (error) {
    throw serverError(
      'SERVER_SOURCE_FAILED',
      `play(${named}) cannot read the file: ${messageOf(error)}. A relative path is resolved from ${process.cwd()}; check the path and its permissions.`,
      error,
    );
  }
}

/** Whether the file is long and can be read in pieces: then no call keeps the whole of it in memory. */
async function canStream(file: FileHandle): Promise<boolean> {
  if ((await file.stat()).size <= LONG_BYTES) return false;
  const head = new Uint8Array(HEAD_BYTES);
  const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0);
  return audioBegins(head.subarray(0, bytesRead));
}

/**
 * Whether a file begins with a header and audio. Some files have their audio before its format, which only a reader of the
 * whole file understands; and it finds the clearest words for what is wrong with a broken one.
 */
function audioBegins(file: Uint8Array): boolean {
  try {
    return createWavReader().push(file).length > 0;
  } catch {
    return false;
  }
}
