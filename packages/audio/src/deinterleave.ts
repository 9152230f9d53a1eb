import { audioError } from './error.js';
import { type AudioFormat, bytesPerBlock } from './telephone.js';

/**
 * The bytes of one channel out of interleaved audio. Mono comes back as it is, not copied.
 *
 * @param bytes - whole samples of every channel
 * @param format - how `bytes` are laid out
 * @param channel - 0 for the first
 * @throws AudioError `AUDIO_ODD_LENGTH` when a sample is cut; `AUDIO_BAD_ARGUMENT` for a channel that is not there
 */
export function deinterleave(bytes: Uint8Array, format: AudioFormat, channel: number): Uint8Array {
  if (!Number.isInteger(channel) || channel < 0 || channel >= format.channels) {
    throw audioError(
      'AUDIO_BAD_ARGUMENT',
      `deinterleave: there is no channel ${channel} in audio of ${format.channels}; the first is 0.`,
    );
  }
  const block = bytesPerBlock(format);
  if (bytes.length % block !== 0) {
    throw audioError(
      'AUDIO_ODD_LENGTH',
      `deinterleave: got ${bytes.length} bytes, but ${format.format} in ${format.channels} channels comes in ` +
        `blocks of ${block}. Keep the rest back until the next chunk comes.`,
    );
  }
  if (format.channels === 1) return bytes;
  const size = block / format.channels;
  const out = new Uint8Array(bytes.length / format.channels);
  let to = 0;
  for (let from = channel * size; from < bytes.length; from += block) {
    for (let i = 0; i < size; i++) out[to++] = bytes[from + i] ?? 0;
  }
  return out;
}
