import { checkArgument, describeValue } from '@hookline/runtime';
import { audioError } from './error.js';
import { decodeMulaw, encodeMulaw, MULAW_SILENCE } from './g711.js';
import { type ByteOrder, decodeL16, encodeL16 } from './l16.js';
import { checkNumber } from './number-argument.js';

/** Samples per second of telephone audio. */
export const TELEPHONE_RATE = 8000;

/** Samples of one millisecond of telephone audio. */
export const SAMPLES_PER_MS = TELEPHONE_RATE / 1000;

/** Bytes of one millisecond of 8 kHz µ-law, where every sample is one byte. */
export const BYTES_PER_MS = TELEPHONE_RATE / 1000;

/** How one sample is written. */
export interface SampleFormat {
  /** `PCMU`: 8-bit µ-law (ITU-T G.711). `L16`: 16-bit linear. */
  readonly format: 'PCMU' | 'L16';
  /** L16 only: default `'le'`. */
  readonly byteOrder?: ByteOrder;
}

/** How the bytes of one call's audio are to be read. Two channels are interleaved sample by sample. */
export interface AudioFormat extends SampleFormat {
  /** Samples per second and channel. */
  readonly rate: typeof TELEPHONE_RATE;
  /** How many channels are interleaved. */
  readonly channels: 1 | 2;
}

/** 8 kHz µ-law, mono: what Audio Connector offers. */
export const PCMU_MONO: AudioFormat = { format: 'PCMU', rate: TELEPHONE_RATE, channels: 1 };

/**
 * Bytes of one sample of one channel: 1 for PCMU, 2 for L16.
 *
 * @throws AudioError `AUDIO_BAD_ARGUMENT` for another format, as all functions that take one
 */
export function sampleBytes(format: SampleFormat['format']): 1 | 2 {
  return isPcmu(format, 'sampleBytes: format') ? 1 : 2;
}

/** Bytes of one sample of every channel: the smallest piece that audio may be cut into. */
export function bytesPerBlock(format: AudioFormat): number {
  checkArgument('AUDIO_BAD_ARGUMENT', 'bytesPerBlock: format', format, 'object');
  const { channels } = format;
  checkNumber('bytesPerBlock: format.channels', channels, { min: 1, integer: true });
  return (isPcmu(format.format, 'bytesPerBlock: format.format') ? 1 : 2) * channels;
}

/** Bytes of one millisecond: 8 for PCMU mono, 32 for L16 stereo. */
export function bytesPerMs(format: AudioFormat): number {
  checkArgument('AUDIO_BAD_ARGUMENT', 'bytesPerMs: format', format, 'object');
  checkNumber('bytesPerMs: format.rate', format.rate, { above: 0 });
  return (format.rate / 1000) * bytesPerBlock(format);
}

/** Bytes of `ms` milliseconds, rounded to whole samples of every channel. */
export function msToBytes(format: AudioFormat, ms: number): number {
  checkArgument('AUDIO_BAD_ARGUMENT', 'msToBytes: format', format, 'object');
  checkNumber('msToBytes: format.rate', format.rate, { above: 0 });
  checkNumber('msToBytes: ms', ms, {});
  return Math.round((ms * format.rate) / 1000) * bytesPerBlock(format);
}

/** The duration of `bytes` bytes in milliseconds; not rounded. */
export function bytesToMs(format: AudioFormat, bytes: number): number {
  checkArgument('AUDIO_BAD_ARGUMENT', 'bytesToMs: format', format, 'object');
  checkNumber('bytesToMs: bytes', bytes, {});
  return bytes / bytesPerMs(format);
}

/** The byte that silence is made of: 0xFF for PCMU, 0x00 for L16. */
export function silenceByte(format: SampleFormat): number {
  checkArgument('AUDIO_BAD_ARGUMENT', 'silenceByte: format', format, 'object');
  return isPcmu(format.format, 'silenceByte: format.format') ? MULAW_SILENCE : 0;
}

/** PCM16 samples as the bytes of a format. */
export function encodeAudio(pcm: Int16Array, to: SampleFormat): Uint8Array {
  checkArgument('AUDIO_BAD_ARGUMENT', 'encodeAudio: to', to, 'object');
  const { format, byteOrder } = to;
  return isPcmu(format, 'encodeAudio: to.format') ? encodeMulaw(pcm) : encodeL16(pcm, byteOrder);
}

/**
 * The bytes of a format as PCM16 samples.
 *
 * @throws AudioError `AUDIO_ODD_LENGTH` when L16 ends within a sample
 */
export function decodeAudio(bytes: Uint8Array, from: SampleFormat): Int16Array {
  checkArgument('AUDIO_BAD_ARGUMENT', 'decodeAudio: from', from, 'object');
  const { format, byteOrder } = from;
  return isPcmu(format, 'decodeAudio: from.format') ? decodeMulaw(bytes) : decodeL16(bytes, byteOrder);
}

/** µ-law as the bytes of a format: the same array for PCMU, a new one for L16. */
export function fromMulaw(mulaw: Uint8Array, to: SampleFormat): Uint8Array {
  checkArgument('AUDIO_BAD_ARGUMENT', 'fromMulaw: mulaw', mulaw, 'bytes');
  checkArgument('AUDIO_BAD_ARGUMENT', 'fromMulaw: to', to, 'object');
  return isPcmu(to.format, 'fromMulaw: to.format') ? mulaw : encodeAudio(decodeMulaw(mulaw), to);
}

/**
 * The bytes of a format as µ-law: the same array for PCMU, a new one for L16.
 *
 * @throws AudioError `AUDIO_ODD_LENGTH` when L16 ends within a sample
 */
export function toMulaw(bytes: Uint8Array, from: SampleFormat): Uint8Array {
  checkArgument('AUDIO_BAD_ARGUMENT', 'toMulaw: bytes', bytes, 'bytes');
  checkArgument('AUDIO_BAD_ARGUMENT', 'toMulaw: from', from, 'object');
  return isPcmu(from.format, 'toMulaw: from.format') ? bytes : encodeMulaw(decodeAudio(bytes, from));
}

/** Compared with one format only, `pcmu` or `PCMA` would count as the other, and its bytes become noise. */
function isPcmu(format: SampleFormat['format'], name: string): boolean {
  if (format === 'PCMU') return true;
  if (format === 'L16') return false;
  throw audioError('AUDIO_BAD_ARGUMENT', `${name} is ${describeValue(format)}; expected 'PCMU' or 'L16'.`);
}
