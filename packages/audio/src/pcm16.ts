import { audioError } from './error.js';

/** Rounds a number to a PCM16 sample; values beyond full scale are clipped. */
export function saturate(value: number): number {
  const rounded = Math.round(value);
  return Math.max(-32768, Math.min(32767, rounded));
}

/** The part of the caller's array that a conversion fills: exactly `length` long, the array itself if it fits. */
export function fitInto<T extends Uint8Array | Int16Array>(into: T, length: number, what: string): T;
export function fitInto(into: Uint8Array | Int16Array, length: number, what: string) {
  if (into.length === length) return into;
  if (into.length > length) return into.subarray(0, length);
  throw audioError(
    'AUDIO_BAD_ARGUMENT',
    `${what}: the output array has ${into.length} elements; expected at least ${length}. ` +
      'Pass a longer array, or omit it.',
  );
}
