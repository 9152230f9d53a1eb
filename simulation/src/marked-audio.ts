import { BYTES_PER_MS, decodeMulawSample } from '@hookline/audio';
import type { MediaFormat } from '@hookline/protocol';

/** Marks are µ-law codes below those of silence that no audio file starts with. */
const MARKS = { first: 1, count: 0x60 } as const;
/** The mark of playbacks without a mark of their own. */
export const UNMARKED = 0x6f;

/** The mark of the nth playback of a call: the µ-law code of all its bytes, which identifies the audio that the caller hears. */
export function markOf(index: number): number {
  return index < MARKS.count ? MARKS.first + index : UNMARKED;
}

/** Whether a mark belongs to only one playback. */
export function isOwnMark(mark: number): boolean {
  return mark < RAW_MARK;
}

/** The mark of frames sent with `sendFrame`. */
export const RAW_MARK = UNMARKED - 1;

/** Audio in which every sample is the mark. */
export function markedAudio(
  mark: number,
  ms: number,
  format: MediaFormat,
  byteOrder: 'le' | 'be',
): Uint8Array {
  const samples = Math.round(ms * BYTES_PER_MS);
  if (format === 'PCMU') return new Uint8Array(samples).fill(mark);
  const sample = new DataView(new ArrayBuffer(2));
  sample.setInt16(0, decodeMulawSample(mark), byteOrder === 'le');
  return Buffer.alloc(samples * 2, new Uint8Array(sample.buffer));
}

/** The same audio as linear samples. */
export function markedSamples(mark: number, ms: number): Int16Array {
  return new Int16Array(Math.round(ms * BYTES_PER_MS)).fill(decodeMulawSample(mark));
}
