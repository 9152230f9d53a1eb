/** Samples a second of all audio between page and bridge. */
export const SAMPLE_RATE = 8000;
/** The length of a frame between page and bridge, in milliseconds. */
export const FRAME_MS = 20;
/** Samples of such a frame: 16 bits each, in the byte order of the machine. */
export const FRAME_SAMPLES = (SAMPLE_RATE * FRAME_MS) / 1000;

/** The largest amplitude of a frame, from 0 to 1. */
export function peakOf(frame: Int16Array): number {
  let peak = 0;
  for (const sample of frame) peak = Math.max(peak, Math.abs(sample));
  return peak / 0x8000;
}
