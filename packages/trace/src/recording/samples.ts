import { type AudioFormat, type ByteOrder, bytesPerBlock, decodeAudio, deinterleave } from '@hookline/audio';
import type { MediaParameter } from '@hookline/protocol';
import type { Lane } from '../vantage.js';

/**
 * The samples of a frame, of the caller's channel or of the bot, which is mono. The bytes of an incomplete sample, which a
 * peer may send, are dropped, so that the recording continues.
 */
export function samplesOf(
  lane: Lane,
  bytes: Uint8Array,
  media: MediaParameter,
  byteOrder: ByteOrder,
): Int16Array {
  const channels = lane === 'caller' && media.channels.length === 2 ? 2 : 1;
  const format: AudioFormat = { format: media.format, rate: media.rate, channels };
  const whole = bytes.subarray(0, bytes.length - (bytes.length % bytesPerBlock(format)));
  const channel = channels === 2 ? Math.max(0, media.channels.indexOf('external')) : 0;
  const mono = deinterleave(whole, format, channel);
  return decodeAudio(mono, { format: media.format, byteOrder });
}
