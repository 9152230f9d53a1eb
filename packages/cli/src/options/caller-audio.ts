import { readFileSync } from 'node:fs';
import { decodeMulaw, encodeMulaw, gain } from '@hookline/audio';
import { toMulaw8k } from '@hookline/audio/resample';
import { isHooklineError, messageOf } from '@hookline/runtime';
import { UsageError } from '../exit-codes.js';

/**
 * Reads a WAV file of any rate and codec as 8 kHz µ-law.
 *
 * @param gainDb - change of the level, in dB; samples saturate
 * @throws UsageError if the file cannot be read or is not a WAV file
 */
export async function readCallerWav(path: string, option: string, gainDb: number): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new UsageError(`${option} cannot read ${JSON.stringify(path)}: ${messageOf(error)}.`);
  }
  try {
    const mulaw = await toMulaw8k(bytes);
    return gainDb === 0 ? mulaw : encodeMulaw(gain(decodeMulaw(mulaw), gainDb));
  } catch (error) {
    if (!isHooklineError(error)) throw error;
    throw new UsageError(`${option} ${path}: ${error.message}`);
  }
}
