import { checkArgument } from '@hookline/runtime';
import { readEncoding, type WavCodec } from './encoding.js';
import { findWavChunks } from './riff.js';
import { decodeSamples } from './samples.js';

/** A WAV file, read. */
export interface Wav {
  /** How the file stores its samples. */
  readonly codec: WavCodec;
  /** Samples a second and channel. */
  readonly rate: number;
  readonly channels: number;
  /** PCM16, interleaved: sample of channel 0, of channel 1, … */
  readonly samples: Int16Array;
  readonly durationMs: number;
  /** Whether the file ends before the audio length in its header. `samples` holds the part that exists. */
  readonly truncated: boolean;
  /** The audio as stored, whole samples of all channels; a view of the file's bytes, not a copy. */
  readonly data: Uint8Array;
}

/**
 * Reads a whole WAV file: PCM of 8, 16, 24 or 32 bits, float, A-law or µ-law, plain or extensible, any rate and
 * number of channels, from streams that left their sizes open, and cut-off files as far as they go.
 *
 * Own parsing rather than a library: data sizes left at 0 by a stream must give the audio, and an error must say what
 * the bytes are instead.
 *
 * @param bytes - the file
 * @throws AudioError `AUDIO_NOT_WAV` saying what the bytes look like; `AUDIO_BAD_WAV` for a broken structure;
 *   `AUDIO_UNSUPPORTED_WAV` for a compression such as ADPCM
 */
export function readWav(bytes: Uint8Array): Wav {
  checkArgument('AUDIO_BAD_ARGUMENT', 'readWav: bytes', bytes, 'bytes');
  const chunks = findWavChunks(bytes);
  const { codec, rate, channels, sampleBytes } = readEncoding(chunks.fmt);
  const block = sampleBytes * channels;
  const frames = Math.floor(chunks.data.length / block);
  const data = chunks.data.subarray(0, frames * block);
  return {
    codec,
    rate,
    channels,
    samples: decodeSamples(data, codec, sampleBytes),
    durationMs: (frames * 1000) / rate,
    truncated: chunks.truncated,
    data,
  };
}
