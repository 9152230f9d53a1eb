import { createAudioInspector, readWav, sniffBytes, toMono } from '@hookline/audio';
import { Resampler, resample } from '@hookline/audio/resample';
import { MEDIA_RATE, type MediaFormat } from '@hookline/protocol';
import { serverError } from '../error.js';
import { type CallAudio, decodeFrom, encodeFor, sampleBytes } from './call-audio.js';

/** Turns the pieces of a source into bytes of the call, piece by piece. */
export interface Transcoder<Piece> {
  /** @throws HooklineError `BAD_SOURCE` */
  push(piece: Piece): Uint8Array;
  /** What is still due at the end. @throws HooklineError `BAD_SOURCE` */
  end(): Uint8Array;
  /** Gives back what it holds, when the source is stopped before its end. */
  close(): void;
}

const NOTHING = new Uint8Array(0);

/** Beginnings of files, long enough to know them by. */
const LOOK_BYTES = 12;

/** Of a raw stream of µ-law, so much is listened to for what cannot be µ-law. */
const INSPECTED_BYTES = 16_000;

/**
 * Raw bytes: passed on untouched when they are in the call's format already.
 *
 * @param warn - told what sounds wrong, where it cannot be known for sure
 */
export function rawTranscoder(
  audio: CallAudio,
  format: MediaFormat,
  warn: (message: string) => void,
): Transcoder<Uint8Array> {
  const size = sampleBytes(format);
  const inspect = format === 'PCMU' ? inspection(warn) : () => {};
  let seenBytes = 0;
  let half = NOTHING;
  return {
    push(piece) {
      if (!(piece instanceof Uint8Array)) {
        throw serverError(
          'BAD_SOURCE',
          `A source gave ${piece === null ? 'null' : typeof piece} instead of a Uint8Array of ${format} bytes. For samples use pcm16(), for a file wav().`,
        );
      }
      if (seenBytes < LOOK_BYTES) refuseFile(piece);
      if (seenBytes < INSPECTED_BYTES) inspect(piece.subarray(0, INSPECTED_BYTES - seenBytes));
      seenBytes += piece.length;
      const bytes = half.length > 0 ? concat(half, piece) : piece;
      const whole = bytes.length - (bytes.length % size);
      half = whole === bytes.length ? NOTHING : bytes.slice(whole);
      const samples = whole === bytes.length ? bytes : bytes.subarray(0, whole);
      if (format === audio.format) return samples;
      return encodeFor(audio, decodeFrom(format, audio.byteOrder, samples));
    },
    end() {
      if (half.length === 0) return NOTHING;
      throw serverError(
        'BAD_SOURCE',
        `A source of L16 ended after ${seenBytes} bytes, in the middle of a sample; a sample is 2 bytes. If it is µ-law, say so with { format: 'PCMU' }.`,
      );
    },
    close() {},
  };
}

/** Looks at the beginning of a stream; each finding is told once. */
function inspection(warn: (message: string) => void): (piece: Uint8Array) => void {
  const inspector = createAudioInspector();
  let told = 0;
  return (piece) => {
    inspector.push(piece);
    const findings = inspector.findings();
    for (const { message } of findings.slice(told)) warn(message);
    told = findings.length;
  };
}

/** A file in a raw stream would be heard as noise. */
function refuseFile(piece: Uint8Array): void {
  const { kind, label } = sniffBytes(piece);
  if (kind === 'unknown' || kind === 'empty' || kind === 'text') return;
  const cure =
    kind === 'wav'
      ? 'use wav()'
      : 'decode it first (ffmpeg -i INPUT -ar 8000 -ac 1 -c:a pcm_mulaw OUTPUT.wav), then use wav()';
  throw serverError('BAD_SOURCE', `This is ${label}, not raw audio: ${cure}.`);
}

/** PCM16 at any rate. */
export async function pcm16Transcoder(audio: CallAudio, rate: number): Promise<Transcoder<Int16Array>> {
  const resampler = await Resampler.create({ from: rate, to: MEDIA_RATE });
  return {
    push(piece) {
      if (!(piece instanceof Int16Array)) {
        throw serverError(
          'BAD_SOURCE',
          'pcm16() takes pieces of Int16Array. For bytes, make one with new Int16Array(buffer, byteOffset, byteLength / 2).',
        );
      }
      return encodeFor(audio, resampler.process(piece));
    },
    end: () => encodeFor(audio, resampler.flush()),
    close: () => resampler.close(),
  };
}

/** A whole WAV file as bytes of the call. */
export async function wavToCallAudio(audio: CallAudio, file: Uint8Array): Promise<Uint8Array> {
  const wav = readWav(file);
  if (audio.format === 'PCMU' && wav.codec === 'mulaw' && wav.rate === MEDIA_RATE && wav.channels === 1) {
    return wav.data;
  }
  const mono = toMono(wav.samples, wav.channels);
  return encodeFor(audio, await resample(mono, { from: wav.rate, to: MEDIA_RATE }));
}

function concat(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const out = new Uint8Array(head.length + tail.length);
  out.set(head);
  out.set(tail, head.length);
  return out;
}
