import { decodeMulaw, encodeMulaw, gain, rmsDbfsMulaw, speechDbfs } from '@hookline/audio';
import { UsageError } from '../exit-codes.js';
import { readCallerWav } from './caller-audio.js';
import { parseNumber } from './parse.js';

/**
 * Reads `FILE@10dB`: a WAV file, made so loud that its level is 10 dB below that of the caller's speech.
 *
 * @param caller - what the caller says, 8 kHz µ-law, or its level in dBFS; the loudest counts
 * @throws UsageError for a file that cannot be read or is silent, and for a caller who says nothing
 */
export async function readNoise(text: string, caller: readonly (Uint8Array | number)[]): Promise<Uint8Array> {
  const match = /^(.+)@([^@]+)dB$/i.exec(text);
  if (!match) {
    throw new UsageError(
      `--noise takes a WAV file and how far it is below the speech, such as street.wav@10dB; got ${JSON.stringify(text)}.`,
    );
  }
  const [, path = '', snrDb = ''] = match;
  const belowDb = parseNumber(snrDb, '--noise in dB', { min: -96, max: 96 });
  const noise = await readCallerWav(path, '--noise', 0);
  const noiseDbfs = rmsDbfsMulaw(noise);
  if (!Number.isFinite(noiseDbfs))
    throw new UsageError(`--noise ${path} is silent; give a file that is not.`);
  const levels = caller.map((one) => (typeof one === 'number' ? one : speechDbfs(decodeMulaw(one))));
  const callerDbfs = Math.max(...levels);
  if (!Number.isFinite(callerDbfs)) {
    throw new UsageError('--noise is as loud as the speech allows, and this caller says nothing; add --wav.');
  }
  return encodeMulaw(gain(decodeMulaw(noise), callerDbfs - belowDb - noiseDbfs));
}
