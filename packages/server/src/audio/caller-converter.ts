import { type ByteOrder, deinterleave, encodeL16, encodeMulaw } from '@hookline/audio';
import { Resampler } from '@hookline/audio/resample';
import { MEDIA_RATE, type MediaParameter } from '@hookline/protocol';
import { NO_BYTES } from '../source/audio-bytes.js';
import type { CallerShape } from './caller-audio.js';
import { callerSamples } from './caller-pcm.js';

/** Converts the frames of a call to the caller's audio in one channel and one format. */
export interface CallerConverter {
  /**
   * Returns the same bytes, without a copy, if no conversion is needed; empty while the resampler has no output yet.
   */
  convert(bytes: Uint8Array): Uint8Array;
  /** Returns the remaining audio and ends the converter. */
  flush(): Uint8Array;
}

/** Shared by all calls; it has no state. */
const UNCHANGED: CallerConverter = { convert: (bytes) => bytes, flush: () => NO_BYTES };

/** Creates a converter; returns a promise only if a resampler has to be loaded. */
export function callerConverter(
  media: MediaParameter,
  byteOrder: ByteOrder,
  shape: CallerShape,
): CallerConverter | Promise<CallerConverter> {
  if (shape.rate !== MEDIA_RATE) return resampling(media, byteOrder, shape.rate);
  const flush = () => NO_BYTES;
  const sameFormat = media.format === shape.format && (shape.format === 'PCMU' || byteOrder === 'le');
  const equal = shape.format === 'call' || sameFormat;
  if (!equal) {
    const encode = shape.format === 'PCMU' ? encodeMulaw : encodeL16;
    return { convert: (bytes) => encode(callerSamples(media, byteOrder, bytes)), flush };
  }
  if (media.channels.length < 2) return UNCHANGED;
  const format = { format: media.format, rate: MEDIA_RATE, channels: 2 } as const;
  const channel = media.channels.indexOf('external');
  return { convert: (bytes) => deinterleave(bytes, format, channel), flush };
}

async function resampling(
  media: MediaParameter,
  byteOrder: ByteOrder,
  rate: number,
): Promise<CallerConverter> {
  const resampler = await Resampler.create({ from: MEDIA_RATE, to: rate });
  return {
    convert: (bytes) => encodeL16(resampler.process(callerSamples(media, byteOrder, bytes))),
    flush: () => encodeL16(resampler.flush()),
  };
}
