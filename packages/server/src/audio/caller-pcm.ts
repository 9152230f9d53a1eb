import { type ByteOrder, decodeAudio, deinterleave } from '@hookline/audio';
import { Resampler } from '@hookline/audio/resample';
import { MEDIA_RATE, type MediaParameter } from '@hookline/protocol';
import { type Clock, holdClock } from '@hookline/runtime';

/** The caller's channel of a frame as samples at 8 kHz; without the `internal` channel, if there is one. */
export function callerSamples(media: MediaParameter, byteOrder: ByteOrder, bytes: Uint8Array): Int16Array {
  if (media.channels.length < 2) return decodeAudio(bytes, { format: media.format, byteOrder });
  const format = { format: media.format, rate: MEDIA_RATE, channels: 2 } as const;
  const channel = media.channels.indexOf('external');
  return decodeAudio(deinterleave(bytes, format, channel), { format: media.format, byteOrder });
}

/**
 * Decodes and resamples caller audio as it arrives.
 *
 * @param clock - held, if it is a virtual clock, while the resampler is loaded
 */
export async function* callerPcm(
  tap: AsyncIterable<Uint8Array>,
  media: MediaParameter,
  byteOrder: ByteOrder,
  rate: number,
  clock: Clock,
): AsyncGenerator<Int16Array, void, undefined> {
  const resampler = await holdClock(clock, Resampler.create({ from: MEDIA_RATE, to: rate }));
  try {
    for await (const bytes of tap) {
      const samples = resampler.process(callerSamples(media, byteOrder, bytes));
      if (samples.length > 0) yield samples;
    }
    const rest = resampler.flush();
    if (rest.length > 0) yield rest;
  } finally {
    resampler.close();
  }
}
