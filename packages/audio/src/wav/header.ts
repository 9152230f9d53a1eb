import { checkArgument, describeValue } from '@hookline/runtime';
import { audioError } from '../error.js';
import { checkNumber } from '../number-argument.js';

/** What a WAV file that is written here holds. */
export interface WavLayout {
  /** `mulaw`: bytes as on the wire. `pcm16`: little-endian samples. */
  readonly codec: 'mulaw' | 'pcm16';
  /** Samples a second and channel. */
  readonly rate: number;
  readonly channels: number;
}

/** Bytes to put over earlier ones. */
export interface WavPatch {
  /** Where in the file. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** What ends a file that was begun without knowing its length. */
export interface WavEnd {
  /** To append first: one zero when the audio has an odd number of bytes, else nothing. */
  readonly padding: Uint8Array;
  /** The size fields, to be written over those of the header where the file can seek. */
  readonly patches: readonly WavPatch[];
}

/** Value of a size field: unknown. Players read to the end of the file. */
const UNKNOWN = 0xffffffff;

/**
 * The bytes before the audio: 58 for µ-law (it needs a `fact` chunk), 44 for PCM16.
 *
 * @param layout - codec, rate, channels, and `dataBytes`: bytes of audio that will follow; default not known, which
 *   makes a file that plays even if `wavEnd` is never written
 * @throws AudioError `AUDIO_BAD_ARGUMENT` for another codec, or a rate, a number of channels or a length that a WAV file
 *   cannot say
 */
export function wavHeader(layout: WavLayout & { readonly dataBytes?: number }): Uint8Array {
  checkArgument('AUDIO_BAD_ARGUMENT', 'wavHeader: layout', layout, 'object');
  check(layout);
  const { codec, rate, channels, dataBytes } = layout;
  if (dataBytes !== undefined) checkDataBytes(dataBytes);
  const sampleBytes = codec === 'mulaw' ? 1 : 2;
  const fmtBytes = codec === 'mulaw' ? 18 : 16;
  const out = new Uint8Array(dataStart(codec));
  const view = new DataView(out.buffer);
  putText(out, 0, 'RIFF');
  putText(out, 8, 'WAVEfmt ');
  view.setUint32(16, fmtBytes, true);
  view.setUint16(20, codec === 'mulaw' ? 7 : 1, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * channels * sampleBytes, true);
  view.setUint16(32, channels * sampleBytes, true);
  view.setUint16(34, 8 * sampleBytes, true);
  if (codec === 'mulaw') {
    putText(out, 38, 'fact');
    view.setUint32(42, 4, true);
  }
  putText(out, out.length - 8, 'data');
  for (const { offset, value } of sizeFields(layout, dataBytes)) view.setUint32(offset, value, true);
  return out;
}

/**
 * What to append and to write over once the length is known, for a file begun with `wavHeader` without `dataBytes`.
 *
 * @param layout - as given to `wavHeader`, and the bytes of audio that were written
 */
export function wavEnd(layout: WavLayout & { readonly dataBytes: number }): WavEnd {
  checkArgument('AUDIO_BAD_ARGUMENT', 'wavEnd: layout', layout, 'object');
  check(layout);
  checkDataBytes(layout.dataBytes);
  return {
    padding: new Uint8Array(layout.dataBytes % 2),
    patches: sizeFields(layout, layout.dataBytes).map(({ offset, value }) => {
      const bytes = new Uint8Array(4);
      new DataView(bytes.buffer).setUint32(0, value, true);
      return { offset, bytes };
    }),
  };
}

function dataStart(codec: WavLayout['codec']): number {
  return codec === 'mulaw' ? 58 : 44;
}

function sizeFields(layout: WavLayout, dataBytes: number | undefined) {
  const start = dataStart(layout.codec);
  const padded = dataBytes === undefined ? UNKNOWN : dataBytes + (dataBytes % 2);
  const fields = [
    { offset: 4, value: Math.min(start - 8 + padded, UNKNOWN) },
    { offset: start - 4, value: Math.min(dataBytes ?? UNKNOWN, UNKNOWN) },
  ];
  if (layout.codec === 'mulaw') {
    // Unlike the sizes, the number of samples has no value for "unknown".
    fields.push({ offset: 46, value: Math.min(Math.floor((dataBytes ?? 0) / layout.channels), UNKNOWN) });
  }
  return fields;
}

function putText(out: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) out[at + i] = text.charCodeAt(i);
}

function check({ codec, rate, channels }: WavLayout): void {
  if (codec !== 'mulaw' && codec !== 'pcm16') {
    throw audioError(
      'AUDIO_BAD_ARGUMENT',
      `WAV header: codec is ${describeValue(codec)}; expected 'mulaw' or 'pcm16'.`,
    );
  }
  const fits = Number.isInteger(rate) && rate > 0 && Number.isInteger(channels) && channels > 0;
  if (!fits || channels > 0xffff || rate * channels * 2 > UNKNOWN) {
    throw audioError(
      'AUDIO_BAD_ARGUMENT',
      `WAV header: rate ${rate} and channels ${channels} must be positive integers that fit the header fields ` +
        '(8000 and 1 for a call).',
    );
  }
}

function checkDataBytes(dataBytes: number): void {
  checkNumber('WAV header: dataBytes', dataBytes, { min: 0, integer: true });
}
