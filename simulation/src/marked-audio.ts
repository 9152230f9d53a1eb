import { BYTES_PER_MS, decodeMulawSample } from '@hookline/audio';
import type { MediaFormat } from '@hookline/protocol';

/** Marks are µ-law codes below those for silence, and unlike the beginning of any file. */
const MARKS = { first: 1, count: 0x60 } as const;
/** Of playbacks that have no mark of their own. */
export const UNMARKED = 0x6f;

/** The mark of the nth playback of a call: a µ-law code that every byte of it has, so that what the caller hears can be told apart. */
export function markOf(index: number): number {
  return index < MARKS.count ? MARKS.first + index : UNMARKED;
}

/** Whether a mark belongs to one playback only. */
export function isOwnMark(mark: number): boolean {
  return mark < RAW_MARK;
}

/** Audio of frames that no playback is about. */
export const RAW_MARK = UNMARKED - 1;

/** A stretch of audio that is the same mark from end to end. */
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

/** The same as samples. */
export function markedSamples(mark: number, ms: number): Int16Array {
  return new Int16Array(Math.round(ms * BYTES_PER_MS)).fill(decodeMulawSample(mark));
}
