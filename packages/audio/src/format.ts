import type { ByteOrder } from './l16.js';
import { MULAW_SILENCE } from './mulaw.js';

/** How the bytes of one call's audio are to be read. Two channels are interleaved sample by sample. */
export interface AudioFormat {
  /** `PCMU`: 8-bit µ-law (ITU-T G.711). `L16`: 16-bit linear. */
  readonly format: 'PCMU' | 'L16';
  /** Samples a second and channel. */
  readonly rate: 8000;
  /** How many channels are interleaved. */
  readonly channels: 1 | 2;
  /** L16 only: default `'le'`. */
  readonly byteOrder?: ByteOrder;
}

/** 8 kHz µ-law, mono: what Audio Connector offers. */
export const PCMU_MONO: AudioFormat = { format: 'PCMU', rate: 8000, channels: 1 };

/** Bytes of one sample of every channel: the smallest piece that audio may be cut into. */
export function bytesPerBlock(format: AudioFormat): number {
  return (format.format === 'PCMU' ? 1 : 2) * format.channels;
}

/** Bytes of one millisecond: 8 for PCMU mono, 32 for L16 stereo. */
export function bytesPerMs(format: AudioFormat): number {
  return (format.rate / 1000) * bytesPerBlock(format);
}

/** Bytes of `ms` milliseconds, rounded to whole samples of every channel. */
export function msToBytes(format: AudioFormat, ms: number): number {
  return Math.round((ms * format.rate) / 1000) * bytesPerBlock(format);
}

/** Milliseconds that `bytes` bytes last; not rounded. */
export function bytesToMs(format: AudioFormat, bytes: number): number {
  return bytes / bytesPerMs(format);
}

/** The byte that silence is made of: 0xFF for PCMU, 0x00 for L16. */
export function silenceByte(format: AudioFormat): number {
  return format.format === 'PCMU' ? MULAW_SILENCE : 0;
}
