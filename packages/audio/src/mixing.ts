import { checkArgument } from '@hookline/runtime';
import { audioError } from './error.js';
import { dbToRatio } from './level.js';
import { checkLevel } from './number-argument.js';
import { fitInto, saturate } from './pcm16.js';
import { type AudioFormat, bytesPerBlock } from './telephone.js';

/**
 * Changes the level of samples; values beyond full scale are clipped.
 *
 * @param pcm - samples
 * @param db - decibels, negative for quieter; −Infinity gives silence
 * @param into - where to write, may be `pcm` itself; default a new array
 * @throws AudioError `AUDIO_BAD_ARGUMENT` for a level that is not a number, or when `into` is too short
 */
export function gain(pcm: Int16Array, db: number, into?: Int16Array): Int16Array {
  checkArgument('AUDIO_BAD_ARGUMENT', 'gain: pcm', pcm, 'samples');
  checkLevel('gain: db', db);
  const out = into ? fitInto(into, pcm.length, 'gain') : new Int16Array(pcm.length);
  const ratio = dbToRatio(db);
  for (let i = 0; i < pcm.length; i++) out[i] = saturate((pcm[i] ?? 0) * ratio);
  return out;
}

/**
 * Adds two signals sample by sample; values beyond full scale are clipped. The shorter signal is padded with silence.
 */
export function mix(a: Int16Array, b: Int16Array): Int16Array {
  checkArgument('AUDIO_BAD_ARGUMENT', 'mix: a', a, 'samples');
  checkArgument('AUDIO_BAD_ARGUMENT', 'mix: b', b, 'samples');
  const out = new Int16Array(Math.max(a.length, b.length));
  for (let i = 0; i < out.length; i++) out[i] = saturate((a[i] ?? 0) + (b[i] ?? 0));
  return out;
}

/**
 * The bytes of one channel out of interleaved audio. Mono comes back as it is, not copied.
 *
 * @param bytes - whole samples of every channel
 * @param format - how `bytes` are laid out
 * @param channel - 0 for the first
 * @throws AudioError `AUDIO_ODD_LENGTH` when a sample is cut; `AUDIO_BAD_ARGUMENT` for a channel that is not there
 */
export function deinterleave(bytes: Uint8Array, format: AudioFormat, channel: number): Uint8Array {
  checkArgument('AUDIO_BAD_ARGUMENT', 'deinterleave: bytes', bytes, 'bytes');
  checkArgument('AUDIO_BAD_ARGUMENT', 'deinterleave: format', format, 'object');
  if (!Number.isInteger(channel) || channel < 0 || channel >= format.channels) {
    throw audioError(
      'AUDIO_BAD_ARGUMENT',
      `deinterleave: channel is ${channel}; expected less than ${format.channels}, the number of channels (the first is 0).`,
    );
  }
  const block = bytesPerBlock(format);
  if (bytes.length % block !== 0) {
    throw audioError(
      'AUDIO_ODD_LENGTH',
      `deinterleave: got ${bytes.length} bytes, but ${format.format} with ${format.channels} channels needs ` +
        `a multiple of ${block}. Keep the rest for the next chunk.`,
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
