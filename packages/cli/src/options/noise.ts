import { decodeMulaw, encodeMulaw, gain, rmsDbfsMulaw, speechDbfs } from '@hookline/audio';
import { UsageError } from '../exit-codes.js';
import { readCallerWav } from './caller-audio.js';
import { parseNumber } from './parse.js';

/**
 * Reads `FILE@10dB`: a WAV file, scaled to a level of 10 dB below the speech of the caller.
 *
 * @param warn - prints a warning about the file
 * @param caller - audio of the caller, 8 kHz µ-law, or its level in dBFS; the loudest one counts
 * @throws UsageError if the file cannot be read or is silent, or if the caller has no audio
 */
export async function readNoise(
  text: string,
  warn: (text: string) => void,
  caller: readonly (Uint8Array | number)[],
): Promise<Uint8Array> {
  const match = /^(.+)@([^@]+)dB$/i.exec(text);
  if (!match) {
    throw new UsageError(
      `--noise takes a WAV file and its level below the speech, such as street.wav@10dB; got ${JSON.stringify(text)}.`,
    );
  }
  const [, path = '', snrDb = ''] = match;
  const belowDb = parseNumber(snrDb, '--noise in dB', { min: -96, max: 96 });
  const noise = await readCallerWav(path, '--noise', warn);
  const noiseDbfs = rmsDbfsMulaw(noise);
  if (!Number.isFinite(noiseDbfs))
    throw new UsageError(`--noise: ${JSON.stringify(path)} is silent; choose a file with sound.`);
  const levels = caller.map((one) => (typeof one === 'number' ? one : speechDbfs(decodeMulaw(one))));
  const callerDbfs = Math.max(...levels);
  if (!Number.isFinite(callerDbfs)) {
    throw new UsageError('--noise needs the level of the speech, and this caller has none; add --wav.');
  }
  return encodeMulaw(gain(decodeMulaw(noise), callerDbfs - belowDb - noiseDbfs));
}
