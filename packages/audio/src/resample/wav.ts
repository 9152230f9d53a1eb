import { checkArgument } from '@hookline/runtime';
import { encodeMulaw } from '../g711.js';
import { TELEPHONE_RATE } from '../telephone.js';
import { readWav, type Wav } from '../wav/read.js';
import { toMono } from '../wav/samples.js';
import { resample } from './resampler.js';

/**
 * Converts a WAV file of any rate and number of channels to the audio of a call: mono (the average of the channels), 8
 * kHz, µ-law. The audio of a file in this format is returned unchanged, as a view.
 *
 * @param file - the bytes of the file
 * @throws AudioError as `readWav` and `Resampler.create`
 */
export async function toMulaw8k(file: Uint8Array): Promise<Uint8Array> {
  checkArgument('AUDIO_BAD_ARGUMENT', 'toMulaw8k: file', file, 'bytes');
  const wav = readWav(file);
  if (wav.codec === 'mulaw' && wav.rate === TELEPHONE_RATE && wav.channels === 1) return wav.data;
  return encodeMulaw(await monoAtCallRate(wav));
}

/**
 * Like `toMulaw8k`, but returns PCM16 samples, for L16 or a speech model.
 *
 * @throws AudioError as `readWav` and `Resampler.create`
 */
export async function toPcm8k(file: Uint8Array): Promise<Int16Array> {
  checkArgument('AUDIO_BAD_ARGUMENT', 'toPcm8k: file', file, 'bytes');
  return monoAtCallRate(readWav(file));
}

function monoAtCallRate(wav: Wav): Promise<Int16Array> {
  return resample(toMono(wav.samples, wav.channels), { from: wav.rate, to: TELEPHONE_RATE });
}
