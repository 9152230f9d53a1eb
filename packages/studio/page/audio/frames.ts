/** Sample rate of all audio between page and bridge, in Hz. */
export const SAMPLE_RATE = 8000;
/** Length of a frame between page and bridge, in milliseconds. */
export const FRAME_MS = 20;
/** Samples per frame: 16 bits each, in native byte order. */
export const FRAME_SAMPLES = (SAMPLE_RATE * FRAME_MS) / 1000;
