/** A number to the nearest PCM16 sample: what is too loud stays at the rail and does not wrap around. */
export function saturate(value: number): number {
  const rounded = Math.round(value);
  return Math.max(-32768, Math.min(32767, rounded));
}
