import { sampleBytes } from '@hookline/audio';
import { MAX_BOT_FRAME_BYTES, type MediaParameter } from '@hookline/protocol';
import type { Violation } from '../ending.js';

/** The violation of a binary frame in an open session; undefined if it is valid. (DECISIONS.md #17, #21, #22) */
export function audioViolation(media: MediaParameter | undefined, byteLength: number): Violation | undefined {
  if (media === undefined) {
    return {
      code: 415,
      clause: 'AC-AUDIO-2',
      text: `audio of ${byteLength} bytes arrived although opened selected no media`,
      cause: 'protocol-violation',
    };
  }
  if (byteLength > MAX_BOT_FRAME_BYTES) {
    return {
      code: 413,
      clause: 'AC-AUDIO-4',
      text: `a binary frame has ${byteLength} bytes; at most ${MAX_BOT_FRAME_BYTES} are allowed, so split the audio`,
      cause: 'protocol-violation',
    };
  }
  // The audio of a bot has one channel, however many of the caller were selected.
  const sample = sampleBytes(media.format);
  if (byteLength % sample !== 0) {
    return {
      code: 400,
      clause: 'AC-AUDIO-5',
      text: `a binary frame has ${byteLength} bytes, which is not a whole number of samples of ${sample} bytes`,
      cause: 'protocol-violation',
    };
  }
  return undefined;
}
