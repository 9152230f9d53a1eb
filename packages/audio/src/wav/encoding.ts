import { audioError } from '../error.js';

/** How the samples of a WAV file are stored. */
export type WavCodec = 'pcm8' | 'pcm16' | 'pcm24' | 'pcm32' | 'float32' | 'float64' | 'alaw' | 'mulaw';

/** What the `fmt ` chunk says. */
export interface WavEncoding {
  readonly codec: WavCodec;
  /** Samples a second and channel. */
  readonly rate: number;
  readonly channels: number;
  /** Bytes of one sample of one channel. */
  readonly sampleBytes: number;
}

const PCM = 1;
const FLOAT = 3;
const ALAW = 6;
const MULAW = 7;
const EXTENSIBLE = 0xfffe;

/** Names for the error message, from the registry of WAVE format codes (RFC 2361). */
const COMPRESSIONS: ReadonlyMap<number, string> = new Map([
  [0x0002, 'Microsoft ADPCM'],
  [0x0011, 'IMA ADPCM'],
  [0x0031, 'GSM 6.10'],
  [0x0040, 'G.721 ADPCM'],
  [0x0050, 'MPEG'],
  [0x0055, 'MP3'],
  [0x0064, 'G.726 ADPCM'],
  [0x00ff, 'AAC'],
]);

const PCM_BY_BYTES: readonly (WavCodec | undefined)[] = [undefined, 'pcm8', 'pcm16', 'pcm24', 'pcm32'];

/**
 * Reads the `fmt ` chunk.
 *
 * @throws AudioError `AUDIO_BAD_WAV` for numbers that cannot be, `AUDIO_UNSUPPORTED_WAV` for a compression
 */
export function readEncoding(fmt: Uint8Array): WavEncoding {
  if (fmt.length < 14) bad(`the "fmt " chunk has ${fmt.length} bytes; expected at least 16`);
  const view = new DataView(fmt.buffer, fmt.byteOffset, fmt.byteLength);
  const channels = view.getUint16(2, true);
  const rate = view.getUint32(4, true);
  const blockAlign = view.getUint16(12, true);
  const bits = fmt.length >= 16 ? view.getUint16(14, true) : 0;
  const tag = formTag(view);
  if (channels === 0) bad('the number of channels in the "fmt " chunk is 0');
  if (rate === 0) bad('the sample rate in the "fmt " chunk is 0');
  // The size of the container, not the significant bits: 12 bits use 2 bytes, 24 bits may use 4.
  const sampleBytes =
    blockAlign % channels === 0 && blockAlign / channels >= bits / 8
      ? blockAlign / channels
      : Math.ceil(bits / 8);
  return { codec: codecOf(tag, sampleBytes, bits), rate, channels, sampleBytes };
}

function formTag(view: DataView): number {
  const tag = view.getUint16(0, true);
  // WAVE_FORMAT_EXTENSIBLE: the real code is the first two bytes of the GUID.
  return tag === EXTENSIBLE && view.byteLength >= 26 ? view.getUint16(24, true) : tag;
}

function codecOf(tag: number, sampleBytes: number, bits: number): WavCodec {
  if (tag === PCM) {
    const codec = PCM_BY_BYTES[sampleBytes];
    if (codec) return codec;
  }
  if (tag === FLOAT && sampleBytes === 4) return 'float32';
  if (tag === FLOAT && sampleBytes === 8) return 'float64';
  if (tag === ALAW && sampleBytes === 1) return 'alaw';
  if (tag === MULAW && sampleBytes === 1) return 'mulaw';
  const code = `0x${tag.toString(16).padStart(4, '0')}`;
  const name = COMPRESSIONS.get(tag);
  throw audioError(
    'AUDIO_UNSUPPORTED_WAV',
    `WAV file in ${name ? `${name} (format ${code})` : `format ${code} with ${bits} bits per sample`}, which is not decoded ` +
      'here; expected PCM of 8 to 32 bits, float, A-law or µ-law. ' +
      'Convert it: ffmpeg -i INPUT.wav -ar 8000 -ac 1 -c:a pcm_mulaw OUTPUT.wav',
  );
}

function bad(reason: string): never {
  throw audioError(
    'AUDIO_BAD_WAV',
    `Broken WAV file: ${reason}. The header is damaged; write the file again.`,
  );
}
