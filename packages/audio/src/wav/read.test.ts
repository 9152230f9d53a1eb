import { describe, expect, it } from 'vitest';
import wavefile from 'wavefile';
import { noise } from '../../test/signals.js';
import { encodeMulaw } from '../g711.js';
import { rmsDbfs } from '../level.js';
import { sine } from '../tone/sine.js';
import { readWav } from './read.js';
import { writeWav } from './write.js';

const tone = sine({ hz: 440, ms: 50, dbfs: -20 });

/** A file written by an independent library. */
function made(bits: string, channels = 1, rate = 8000): Uint8Array {
  const file = new wavefile.WaveFile();
  const interleaved = Array.from({ length: channels }, () => tone);
  file.fromScratch(channels, rate, '16', channels === 1 ? tone : interleaved);
  if (bits === '8a') file.toALaw();
  else if (bits === '8m') file.toMuLaw();
  else if (bits !== '16') file.toBitDepth(bits);
  return file.toBuffer();
}

/** A file built from chunks. */
function riff(...chunks: [id: string, body: Uint8Array, size?: number][]): Uint8Array {
  const parts = chunks.flatMap(([id, body, size = body.length]) => [
    ...Buffer.from(id, 'latin1'),
    ...u32(size),
    ...body,
    ...(body.length % 2 ? [0] : []),
  ]);
  return Uint8Array.from([
    ...Buffer.from('RIFF'),
    ...u32(parts.length + 4),
    ...Buffer.from('WAVE'),
    ...parts,
  ]);
}

function u32(value: number): number[] {
  return [value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >>> 24) & 255];
}

function fmt(tag: number, channels: number, bits: number, container = Math.ceil(bits / 8)): Uint8Array {
  const block = container * channels;
  return Uint8Array.from([
    tag & 255,
    tag >> 8,
    channels,
    0,
    ...u32(8000),
    ...u32(8000 * block),
    block,
    0,
    bits,
    0,
  ]);
}

function difference(a: Int16Array, b: Int16Array): number {
  return rmsDbfs(a.map((sample, i) => sample - (b[i] ?? 0)));
}

describe('readWav', () => {
  it.each([
    ['8', 'pcm8', -45],
    ['16', 'pcm16', -200],
    ['24', 'pcm24', -85],
    ['32', 'pcm32', -85],
    ['32f', 'float32', -85],
    ['64', 'float64', -85],
    ['8a', 'alaw', -45],
    ['8m', 'mulaw', -45],
  ])('reads the %s-bit files of an independent library as %s', (bits, codec, maxErrorDbfs) => {
    const wav = readWav(made(bits));
    expect(wav).toMatchObject({ codec, rate: 8000, channels: 1, durationMs: 50, truncated: false });
    expect(difference(wav.samples, tone)).toBeLessThan(maxErrorDbfs);
  });

  it('reads any rate and number of channels, interleaved', () => {
    const wav = readWav(made('16', 6, 44100));
    expect(wav).toMatchObject({ rate: 44100, channels: 6, durationMs: (400 * 1000) / 44100 });
    expect(wav.samples.filter((_, i) => i % 6 === 5)).toEqual(tone);
  });

  it('reads 24 bits in 4 bytes of an extensible header', () => {
    const guid = [1, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];
    const header = Uint8Array.from([...fmt(0xfffe, 1, 24, 4), 22, 0, 24, 0, ...u32(4), ...guid]);
    const wav = readWav(riff(['fmt ', header], ['data', Uint8Array.of(0, 0, 0, 0x40, 0, 0, 0, 0xc0)]));
    expect(wav.codec).toBe('pcm32');
    expect([...wav.samples]).toEqual([0x4000, -0x4000]);
  });

  it('takes the size of a sample from its bits if the block size is too small for them', () => {
    const wav = readWav(riff(['fmt ', fmt(1, 1, 16, 1)], ['data', Uint8Array.of(0, 0x40, 0, 0xc0)]));
    expect(wav.codec).toBe('pcm16');
    expect([...wav.samples]).toEqual([0x4000, -0x4000]);
  });

  it('clips float samples at full scale and reads NaN as silence', () => {
    const data = new Uint8Array(Float32Array.of(2, -2, Number.NaN, 0.5).buffer);
    const wav = readWav(riff(['fmt ', fmt(3, 1, 32)], ['data', data]));
    expect([...wav.samples]).toEqual([32767, -32768, 0, 16384]);
  });

  it('skips odd-sized chunks before the data, with and without their pad byte', () => {
    const file = riff(
      ['LIST', Uint8Array.of(1, 2, 3)],
      ['fmt ', fmt(7, 1, 8)],
      ['data', Uint8Array.of(0xff, 0x80)],
    );
    const unpadded = Uint8Array.from([...file.subarray(0, 23), ...file.subarray(24)]);
    for (const bytes of [file, unpadded]) expect([...readWav(bytes).data]).toEqual([0xff, 0x80]);
  });

  it('does not read chunks after the data as audio', () => {
    const file = riff(['fmt ', fmt(7, 1, 8)], ['data', Uint8Array.of(1, 2, 3)], ['LIST', new Uint8Array(10)]);
    expect([...readWav(file).data]).toEqual([1, 2, 3]);
  });

  it.each([0, 0xffffffff, 0x7fffffff, 0x7ffff000])(
    'reads to the end if a stream left the data size at %i',
    (size) => {
      const wav = readWav(riff(['fmt ', fmt(7, 1, 8)], ['data', Uint8Array.of(0xff, 0x80, 0x90), size]));
      expect(wav.truncated).toBe(false);
      // The pad byte that riff() appends cannot be distinguished from audio.
      expect([...wav.data]).toEqual([0xff, 0x80, 0x90, 0]);
    },
  );

  it('treats a data size of 0 before another chunk or the end as an empty file', () => {
    const head: [string, Uint8Array][] = [
      ['fmt ', fmt(7, 1, 8)],
      ['data', new Uint8Array(0)],
    ];
    expect(readWav(riff(...head)).durationMs).toBe(0);
    expect(readWav(riff(...head, ['LIST', new Uint8Array(4)])).durationMs).toBe(0);
  });

  it('reads the existing part of a truncated file, in whole samples, and reports the truncation', () => {
    const whole = made('16', 2);
    const wav = readWav(whole.subarray(0, whole.length - 3));
    expect(wav.truncated).toBe(true);
    expect(wav.samples).toHaveLength(2 * 399);
  });

  it('reads the 64-bit size of an RF64 file and ignores what follows', () => {
    const sizes = Uint8Array.from([
      ...u32(0),
      ...u32(0),
      ...u32(2),
      ...u32(0),
      ...u32(2),
      ...u32(0),
      ...u32(0),
    ]);
    const file = riff(
      ['ds64', sizes],
      ['fmt ', fmt(7, 1, 8)],
      ['data', Uint8Array.of(1, 2), 0xffffffff],
      ['LIST', new Uint8Array(4)],
    );
    file.set(Buffer.from('RF64'));
    expect([...readWav(file).data]).toEqual([1, 2]);
  });

  it('reads a file that is a view into a larger buffer', () => {
    const file = writeWav({ codec: 'mulaw', rate: 8000, channels: 1, data: encodeMulaw(tone) });
    const larger = new Uint8Array(file.length + 3);
    larger.set(file, 3);
    expect(readWav(larger.subarray(3)).data).toEqual(encodeMulaw(tone));
  });

  it('throws only its own errors, for any bytes', () => {
    const file = made('24', 2);
    const random = noise(4000, -10);
    for (let round = 0; round < 2000; round++) {
      const broken = file.slice(0, 60);
      broken[Math.abs(random[round] ?? 0) % 60] = (random[round + 1] ?? 0) & 255;
      broken[Math.abs(random[round + 2] ?? 0) % 60] = (random[round + 3] ?? 0) & 255;
      try {
        readWav(broken);
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^AUDIO_(NOT|BAD|UNSUPPORTED)_WAV$/) });
      }
    }
  });
});

describe('readWav refuses', () => {
  const mp3Frame = [0xff, 0xfb, 0x90, 0x64, ...new Array<number>(413).fill(0)];

  it.each([
    ['nothing', [], 'there are no bytes'],
    ['an MP3 file with a tag', [...Buffer.from('ID3\x04\0')], 'an MP3 file (ID3 tag)'],
    ['an MP3 file without one', [...mp3Frame, ...mp3Frame], 'an MP3 file'],
    ['an Ogg file', [...Buffer.from('OggS\0')], 'an Ogg file'],
    ['a FLAC file', [...Buffer.from('fLaC\0')], 'a FLAC file'],
    ['an MP4 file', [0, 0, 0, 0x20, ...Buffer.from('ftypM4A ')], 'an MP4 or M4A file'],
    ['another RIFF file', [...Buffer.from('RIFF....AVI LIST')], 'a RIFF file of type "AVI "'],
    ['an error page', [...Buffer.from('<!DOCTYPE html><html>')], 'text, beginning "<!DOCTYPE html><html>"'],
    ['raw µ-law', new Array<number>(100).fill(0xff), 'raw audio or data without a header'],
  ])('%s and names it', (_, bytes, words) => {
    expect(() => readWav(Uint8Array.from(bytes))).toThrow(
      expect.objectContaining({ code: 'AUDIO_NOT_WAV', message: expect.stringContaining(words) }),
    );
  });

  it('a file without data and names the chunks it found', () => {
    expect(() => readWav(riff(['fmt ', fmt(1, 1, 16)], ['LIST', new Uint8Array(2)]))).toThrow(
      expect.objectContaining({
        code: 'AUDIO_BAD_WAV',
        message: expect.stringContaining('no "data" chunk in 46 bytes; found "fmt ", "LIST"'),
      }),
    );
  });

  it('numbers that cannot be', () => {
    const data: [string, Uint8Array] = ['data', new Uint8Array(2)];
    expect(() => readWav(riff(['fmt ', fmt(1, 0, 16)], data))).toThrow(/number of channels .* is 0/);
    expect(() => readWav(riff(['fmt ', new Uint8Array(8)], data))).toThrow(
      /has 8 bytes; expected at least 16/,
    );
  });

  it('a compression by its name', () => {
    expect(() => readWav(riff(['fmt ', fmt(0x11, 1, 4)], ['data', new Uint8Array(2)]))).toThrow(
      expect.objectContaining({
        code: 'AUDIO_UNSUPPORTED_WAV',
        message: expect.stringContaining('IMA ADPCM'),
      }),
    );
  });
});
