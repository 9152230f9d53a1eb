import { type ByteOrder, decodeL16, decodeMulaw, encodeL16, encodeMulaw } from '@hookline/audio';
import type { MediaFormat } from '@hookline/protocol';

/** How the bot audio of a call is written: one channel at 8 kHz. */
export interface CallAudio {
  readonly format: MediaFormat;
  readonly byteOrder: ByteOrder;
}

/** Bytes of one sample. */
export function sampleBytes(format: MediaFormat): number {
  return format === 'PCMU' ? 1 : 2;
}

/** Samples at 8 kHz as the call carries them. */
export function encodeFor(audio: CallAudio, pcm: Int16Array): Uint8Array {
  return audio.format === 'PCMU' ? encodeMulaw(pcm) : encodeL16(pcm, audio.byteOrder);
}

/** Bytes of one channel in `format` as samples. */
export function decodeFrom(format: MediaFormat, byteOrder: ByteOrder, bytes: Uint8Array): Int16Array {
  return format === 'PCMU' ? decodeMulaw(bytes) : decodeL16(bytes, byteOrder);
}
