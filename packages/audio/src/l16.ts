import { checkArgument, describeValue } from '@hookline/runtime';
import { audioError } from './error.js';
import { fitInto } from './pcm16.js';

/** Which byte of a 16-bit sample comes first: `le` the low one, `be` the high one (as RFC 3551 has it). */
export type ByteOrder = 'le' | 'be';

/**
 * PCM16 to L16 bytes.
 *
 * @param pcm - samples
 * @param byteOrder - default `'le'`
 * @param into - where to write, at least two bytes a sample; default a new array
 * @throws AudioError `AUDIO_BAD_ARGUMENT` for another byte order, or when `into` is too short
 */
export function encodeL16(pcm: Int16Array, byteOrder: ByteOrder = 'le', into?: Uint8Array): Uint8Array {
  checkArgument('AUDIO_BAD_ARGUMENT', 'encodeL16: pcm', pcm, 'samples');
  const out = into ? fitInto(into, pcm.length * 2, 'encodeL16') : new Uint8Array(pcm.length * 2);
  const high = highByte(byteOrder, 'encodeL16');
  for (let i = 0; i < pcm.length; i++) {
    const sample = pcm[i] ?? 0;
    out[2 * i + high] = sample >> 8;
    out[2 * i + 1 - high] = sample;
  }
  return out;
}

/**
 * L16 bytes to PCM16. The bytes may start at any offset of their buffer.
 *
 * @param bytes - an even number of them
 * @param byteOrder - default `'le'`
 * @param into - where to write, at least half as long as `bytes`; default a new array
 * @throws AudioError `AUDIO_ODD_LENGTH` for an incomplete sample; `AUDIO_BAD_ARGUMENT` for another byte order, or when
 *   `into` is too short
 */
export function decodeL16(bytes: Uint8Array, byteOrder: ByteOrder = 'le', into?: Int16Array): Int16Array {
  checkArgument('AUDIO_BAD_ARGUMENT', 'decodeL16: bytes', bytes, 'bytes');
  if (bytes.length % 2 !== 0) {
    throw audioError(
      'AUDIO_ODD_LENGTH',
      `L16: got ${bytes.length} bytes; expected an even number, because a sample has 2 bytes. ` +
        'Keep the last byte for the next chunk, or check whether the audio is µ-law (1 byte per sample).',
    );
  }
  const length = bytes.length / 2;
  const out = into ? fitInto(into, length, 'decodeL16') : new Int16Array(length);
  const high = highByte(byteOrder, 'decodeL16');
  for (let i = 0; i < length; i++) {
    out[i] = ((bytes[2 * i + high] ?? 0) << 8) | (bytes[2 * i + 1 - high] ?? 0);
  }
  return out;
}

/** The index of the high byte within a sample. A misspelt order would swap the bytes, which sounds like noise. */
function highByte(byteOrder: ByteOrder, what: string): 0 | 1 {
  if (byteOrder === 'be') return 0;
  if (byteOrder === 'le') return 1;
  throw audioError(
    'AUDIO_BAD_ARGUMENT',
    `${what}: byteOrder is ${describeValue(byteOrder)}; expected 'le' or 'be'.`,
  );
}
