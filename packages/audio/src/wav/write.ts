import { checkArgument } from '@hookline/runtime';
import { encodeL16 } from '../l16.js';
import { wavHeader } from './header.js';

/** What `writeWav` takes: µ-law bytes, or PCM16 samples; several channels interleaved. */
export type WavContent = { readonly rate: number; readonly channels: number } & (
  | { readonly codec: 'mulaw'; readonly data: Uint8Array }
  | { readonly codec: 'pcm16'; readonly data: Int16Array }
);

/**
 * A whole WAV file in memory. To write one while the audio still comes, use `wavHeader` and `wavEnd`.
 *
 * @throws AudioError `AUDIO_BAD_ARGUMENT` for a rate or a number of channels that a WAV file cannot say
 */
export function writeWav(content: WavContent): Uint8Array {
  checkArgument('AUDIO_BAD_ARGUMENT', 'writeWav: content', content, 'object');
  const data = content.codec === 'mulaw' ? content.data : encodeL16(content.data);
  const { codec, rate, channels } = content;
  const header = wavHeader({ codec, rate, channels, dataBytes: data.length });
  const out = new Uint8Array(header.length + data.length + (data.length % 2));
  out.set(header);
  out.set(data, header.length);
  return out;
}
