import { readFileSync } from 'node:fs';
import { decodeMulaw, encodeMulaw, gain, readWav } from '@hookline/audio';
import { toMulaw8k } from '@hookline/audio/resample';
import { isHooklineError, messageOf } from '@hookline/runtime';
import { UsageError } from '../exit-codes.js';

/**
 * Reads a WAV file of any rate and codec as 8 kHz µ-law.
 *
 * @param warn - prints a warning about a file that is cut off or contains no audio
 * @param gainDb - change of the level, in dB; samples saturate
 * @throws UsageError if the file cannot be read or is not a WAV file
 */
export async function readCallerWav(
  path: string,
  option: string,
  warn: (text: string) => void,
  gainDb = 0,
): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new UsageError(`${option} cannot read ${JSON.stringify(path)}: ${messageOf(error)}.`);
  }
  try {
    const warning = wavWarning(bytes);
    if (warning !== undefined) warn(`${option}: ${JSON.stringify(path)} ${warning}`);
    const mulaw = await toMulaw8k(bytes);
    return gainDb === 0 ? mulaw : encodeMulaw(gain(decodeMulaw(mulaw), gainDb));
  } catch (error) {
    if (!isHooklineError(error)) throw error;
    throw new UsageError(`${option} ${path}: ${error.message}`);
  }
}

/** What is odd about a WAV file that can be played. @throws AudioError */
export function wavWarning(bytes: Uint8Array): string | undefined {
  const { truncated, durationMs } = readWav(bytes);
  if (durationMs === 0) return 'contains no audio; check that the file was written to its end.';
  return truncated
    ? `is cut off: its header promises more audio than the ${durationMs / 1000} s that it contains; check that it was written and copied to its end.`
    : undefined;
}
