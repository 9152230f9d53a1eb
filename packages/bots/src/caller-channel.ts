import { deinterleave } from '@hookline/audio';
import type { Call } from '@hookline/server';

/**
 * Returns a function that extracts the caller's channel from the call's audio. With a single channel, which is what Audio
 * Connector offers, it returns the bytes unchanged.
 */
export function callerChannel(call: Call): (bytes: Uint8Array) => Uint8Array {
  const { format, rate, channels } = call.media;
  if (channels.length === 1) return (bytes) => bytes;
  const external = channels.indexOf('external');
  return (bytes) => deinterleave(bytes, { format, rate, channels: 2 }, external);
}
