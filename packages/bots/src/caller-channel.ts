import { deinterleave } from '@hookline/audio';
import type { Call } from '@hookline/server';

/**
 * What takes the caller's channel out of the call's audio: the very bytes that came when it is the only one, which
 * is what Audio Connector offers.
 */
export function callerChannel(call: Call): (bytes: Uint8Array) => Uint8Array {
  const { format, rate, channels } = call.media;
  if (channels.length === 1) return (bytes) => bytes;
  const external = channels.indexOf('external');
  return (bytes) => deinterleave(bytes, { format, rate, channels: 2 }, external);
}
