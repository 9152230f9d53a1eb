import {
  createAudioInspector,
  decodeAudio,
  decodeL16,
  encodeAudio,
  encodeL16,
  sampleBytes,
  sniffBytes,
} from '@hookline/audio';
import { Resampler } from '@hookline/audio/resample';
import { MEDIA_RATE, type MediaFormat } from '@hookline/protocol';
import { serverError } from '../error.js';
import { concat, NO_BYTES } from './audio-bytes.js';
import type { CallAudio } from './source.js';

/** Converts a source to the format of the call, piece by piece. */
export interface Transcoder<Piece> {
  /** Whether the audio is complete, so that the rest of the source can be ignored. Default false. */
  readonly done?: boolean;
  /** @throws HooklineError `SERVER_BAD_SOURCE` */
  push(piece: Piece): Uint8Array | Promise<Uint8Array>;
  /** Returns the remaining bytes at the end of the source. @throws HooklineError `SERVER_BAD_SOURCE` */
  end(): Uint8Array | Promise<Uint8Array>;
  /** Releases its resources. Idempotent. */
  close(): void;
}

/** A transcoder that works synchronously. */
export interface RawTranscoder extends Transcoder<Uint8Array> {
  push(piece: Uint8Array): Uint8Array;
  end(): Uint8Array;
}

/** How many bytes identify a file format. */
const SNIFF_BYTES = 12;

/** How much raw µ-law is inspected for audio that cannot be µ-law. */
const INSPECTED_BYTES = 16_000;

/**
 * A transcoder for raw bytes. It passes them through unchanged if they are in the call's format already.
 *
 * @param inspect - called with µ-law before it is converted
 */
export function rawTranscoder(audio: CallAudio, format: MediaFormat, inspect: Inspect): RawTranscoder {
  const size = sampleBytes(format);
  const refuseFile = fileRefusal('play()');
  let seenBytes = 0;
  let half = NO_BYTES;
  return {
    push(piece) {
      refuseFile(piece);
      if (format === 'PCMU') inspect(piece);
      seenBytes += piece.length;
      const bytes = half.length > 0 ? concat(half, piece) : piece;
      const whole = bytes.length - (bytes.length % size);
      half = whole === bytes.length ? NO_BYTES : bytes.slice(whole);
      const samples = whole === bytes.length ? bytes : bytes.subarray(0, whole);
      if (format === audio.format) return samples;
      return encodeAudio(decodeAudio(samples, { ...audio, format }), audio);
    },
    end() {
      if (half.length === 0) return NO_BYTES;
      throw serverError(
        'SERVER_BAD_SOURCE',
        `play() got a source of L16 that ended after ${seenBytes} bytes, in the middle of a sample; a sample is 2 bytes. If it is µ-law, set { format: 'PCMU' }.`,
      );
    },
    close() {},
  };
}

/** Inspects µ-law piece by piece. */
export type Inspect = (piece: Uint8Array) => void;

/**
 * Inspects the first 2 s of audio and warns once of each finding, which means that the audio probably has another
 * format.
 */
export function inspection(warn: (message: string) => void): Inspect {
  const inspector = createAudioInspector();
  let seenBytes = 0;
  let reported = 0;
  return (piece) => {
    if (seenBytes >= INSPECTED_BYTES) return;
    inspector.push(piece.subarray(0, INSPECTED_BYTES - seenBytes));
    seenBytes += piece.length;
    const findings = inspector.findings();
    for (const { message } of findings.slice(reported)) warn(message);
    reported = findings.length;
  };
}

/** How JSON, XML and HTML begin. One printable byte is not enough: quiet µ-law repeats such a byte. */
const ANSWER = /^(?:\{\s*["}]|<[a-z!?/])/i;

/** Detects a file at the beginning of a raw stream, which would be heard as noise, however the stream is cut. */
function fileRefusal(play: string): (piece: Uint8Array) => void {
  let head = NO_BYTES;
  return (piece) => {
    if (head.length >= SNIFF_BYTES) return;
    const start = head.length === 0 ? piece : concat(head, piece);
    head = start.slice(0, SNIFF_BYTES);
    if (start.length < SNIFF_BYTES) return;
    const { kind, label } = sniffBytes(start);
    // Raw audio may consist of printable characters by chance; an error response of a service begins like this.
    const isAnswer = kind === 'text' && ANSWER.test(new TextDecoder().decode(head));
    if (isAnswer) {
      throw serverError(
        'SERVER_BAD_SOURCE',
        `${play} got ${label}, not audio; check the response of the service.`,
      );
    }
    if (kind === 'unknown' || kind === 'empty' || kind === 'text') return;
    const cure =
      kind === 'wav'
        ? 'use wav()'
        : 'decode it first (ffmpeg -i INPUT -ar 8000 -ac 1 -c:a pcm_mulaw OUTPUT.wav), then use wav(), or request PCM from the service';
    throw serverError('SERVER_BAD_SOURCE', `${play} got ${label}, but it expects raw audio: ${cure}.`);
  };
}

/**
 * A transcoder for PCM16 at any rate, as samples or as little-endian bytes that may be cut anywhere.
 *
 * @param warn - called with a message when the source ends within a sample
 */
export async function pcm16Transcoder(
  audio: CallAudio,
  rate: number,
  warn: (message: string) => void,
): Promise<Transcoder<Int16Array | Uint8Array>> {
  const resampler = await Resampler.create({ from: rate, to: MEDIA_RATE });
  const refuseFile = fileRefusal('play(pcm16())');
  let half = NO_BYTES;
  const samplesOf = (piece: Int16Array | Uint8Array): Int16Array => {
    if (piece instanceof Int16Array && half.length === 0) return piece;
    const bytes = piece instanceof Int16Array ? encodeL16(piece, 'le') : piece;
    refuseFile(bytes);
    const all = half.length > 0 ? concat(half, bytes) : bytes;
    const whole = all.length - (all.length % 2);
    half = whole === all.length ? NO_BYTES : all.slice(whole);
    return decodeL16(all.subarray(0, whole), 'le');
  };
  return {
    push: (piece) => encodeAudio(resampler.process(samplesOf(piece)), audio),
    end() {
      if (half.length > 0) {
        warn('A source of pcm16() ended in the middle of a sample; its last byte was dropped.');
      }
      return encodeAudio(resampler.flush(), audio);
    },
    close: () => resampler.close(),
  };
}
