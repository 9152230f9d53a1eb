import { audioError } from './error.js';

/** A number to the nearest PCM16 sample: what is too loud stays at the rail and does not wrap around. */
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
    `${what}: the array to write into holds ${into.length} elements, ${length} are needed. ` +
      'Pass a longer one, or none to have it made.',
  );
}
