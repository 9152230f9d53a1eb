/** Samples a second of all audio between page and bridge. */
export const SAMPLE_RATE = 8000;
/** The length of a frame between page and bridge, in milliseconds. */
export const FRAME_MS = 20;
/** Samples of such a frame: 16 bits each, in the byte order of the machine. */
export const FRAME_SAMPLES = (SAMPLE_RATE * FRAME_MS) / 1000;
