import { createWavReader, encodeAudio, readWav, toMono } from '@hookline/audio';
import { Resampler, resample } from '@hookline/audio/resample';
import { MEDIA_RATE } from '@hookline/protocol';
import { isHooklineError } from '@hookline/runtime';
import { serverError } from '../error.js';
import { NO_BYTES } from './audio-bytes.js';
import type { CallAudio } from './source.js';
import type { Transcoder } from './transcoder.js';

const TRUNCATED = 'A source of wav() is shorter than its header says; the audio that was received is played.';

/**
 * A transcoder for a WAV file that arrives in pieces. Audio is converted as soon as the header is complete, and
 * resampled without a break between pieces.
 *
 * @param warn - called with a message when the file ends early
 */
export function wavTranscoder(audio: CallAudio, warn: (message: string) => void): Transcoder<Uint8Array> {
  const reader = createWavReader();
  let resampler: Resampler | undefined;
  let closed = false;

  const convert = (data: Uint8Array): Uint8Array | Promise<Uint8Array> => {
    const { encoding } = reader;
    if (data.length === 0 || !encoding) return NO_BYTES;
    if (isOfCall(audio, encoding)) return data;
    const mono = toMono(reader.samples(data), encoding.channels);
    return resampler
      ? encodeAudio(resampler.process(mono), audio)
      : begin(encoding.rate).then((made) => (closed ? NO_BYTES : encodeAudio(made.process(mono), audio)));
  };
  const begin = async (rate: number): Promise<Resampler> => {
    const made = await Resampler.create({ from: rate, to: MEDIA_RATE }).catch(refuse);
    if (closed) made.close();
    resampler = made;
    return made;
  };

  return {
    get done() {
      return reader.done;
    },
    push: (piece) => convert(attempt(() => reader.push(piece))),
    async end() {
      const { data, truncated } = attempt(() => reader.end());
      if (truncated) warn(TRUNCATED);
      const last = await convert(data);
      if (closed || !resampler) return last;
      const due = encodeAudio(resampler.flush(), audio);
      return last.length === 0 ? due : Buffer.concat([last, due]);
    },
    close() {
      closed = true;
      resampler?.close();
    },
  };
}

/** Converts a whole WAV file to the format of the call. @throws HooklineError `SERVER_BAD_SOURCE` */
export async function wavToCallAudio(
  audio: CallAudio,
  file: Uint8Array,
  warn: (message: string) => void,
): Promise<Uint8Array> {
  const wav = attempt(() => readWav(file));
  if (wav.truncated) warn(TRUNCATED);
  if (isOfCall(audio, wav)) return wav.data;
  const mono = toMono(wav.samples, wav.channels);
  return encodeAudio(await resample(mono, { from: wav.rate, to: MEDIA_RATE }).catch(refuse), audio);
}

/** Whether the audio of the file is in the format of the call already. */
function isOfCall(audio: CallAudio, wav: { codec: string; rate: number; channels: number }): boolean {
  return audio.format === 'PCMU' && wav.codec === 'mulaw' && wav.rate === MEDIA_RATE && wav.channels === 1;
}

function attempt<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    return refuse(error);
  }
}

/** Turns an error of the WAV reader into one that names the method. */
function refuse(error: unknown): never {
  if (!isHooklineError(error)) throw error;
  throw serverError('SERVER_BAD_SOURCE', `play(wav()): ${error.message}`, error);
}
