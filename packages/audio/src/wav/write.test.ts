import { describe, expect, it } from 'vitest';
import wavefile from 'wavefile';
import { encodeL16 } from '../l16.js';
import { sine } from '../tone/sine.js';
import { wavEnd, wavHeader } from './header.js';
import { readWav } from './read.js';
import { toMono } from './samples.js';
import { writeWav } from './write.js';

const tone = sine({ hz: 440, ms: 100 });
const call = { rate: 8000, channels: 1 } as const;

describe('wavHeader', () => {
  it('takes 58 bytes for µ-law and 44 for PCM16', () => {
    expect(wavHeader({ ...call, codec: 'mulaw', dataBytes: 8 })).toHaveLength(58);
    expect(wavHeader({ ...call, codec: 'pcm16', dataBytes: 8 })).toHaveLength(44);
  });

  it.each(['mulaw', 'pcm16'] as const)('makes %s files that an independent reader takes', (codec) => {
    const file = new wavefile.WaveFile(
      writeWav(
        codec === 'mulaw'
          ? { rate: 8000, channels: 2, codec, data: Uint8Array.of(1, 2, 3, 4) }
          : { rate: 8000, channels: 2, codec, data: Int16Array.of(1, 2, 3, 4) },
      ),
    );
    expect(file.fmt).toMatchObject({
      numChannels: 2,
      sampleRate: 8000,
      blockAlign: codec === 'mulaw' ? 2 : 4,
    });
    expect(file.data).toMatchObject({ chunkSize: codec === 'mulaw' ? 4 : 8 });
    if (codec === 'mulaw') expect(file.fact).toMatchObject({ dwSampleLength: 2 });
  });

  it('makes a file that can be read before its end is written', () => {
    const data = encodeL16(tone);
    const file = new Uint8Array([...wavHeader({ ...call, codec: 'pcm16' }), ...data]);
    expect(readWav(file)).toMatchObject({ durationMs: 100, truncated: false, samples: tone });
  });

  it.each(['mulaw', 'pcm16'] as const)(
    'gives the bytes of a %s file of known length once patched',
    (codec) => {
      for (const dataBytes of [0, 6, 7]) {
        const begun = wavHeader({ ...call, codec });
        const end = wavEnd({ ...call, codec, dataBytes });
        for (const { offset, bytes } of end.patches) begun.set(bytes, offset);
        expect(begun).toEqual(wavHeader({ ...call, codec, dataBytes }));
        expect(end.padding).toEqual(new Uint8Array(dataBytes % 2));
      }
    },
  );

  it('leaves the size open when it does not fit 32 bits', () => {
    const header = wavHeader({ ...call, codec: 'mulaw', dataBytes: 5_000_000_000 });
    expect([...header.subarray(4, 8)]).toEqual([0xff, 0xff, 0xff, 0xff]);
    expect([...header.subarray(54)]).toEqual([0xff, 0xff, 0xff, 0xff]);
  });

  it('refuses a rate and a number of channels that its fields cannot say', () => {
    for (const wrong of [{ rate: 0 }, { rate: 8000.5 }, { channels: 0 }, { channels: 70000 }]) {
      expect(() => wavHeader({ ...call, codec: 'mulaw', ...wrong })).toThrow(/positive integers/);
    }
  });
});

describe('writeWav', () => {
  it('gives back what it wrote, an odd number of bytes included', () => {
    const data = Uint8Array.of(1, 2, 3);
    const file = writeWav({ ...call, codec: 'mulaw', data });
    expect(file.length % 2).toBe(0);
    expect(readWav(file).data).toEqual(data);
    expect(readWav(writeWav({ ...call, codec: 'pcm16', data: tone })).samples).toEqual(tone);
  });
});

describe('toMono', () => {
  it('averages the channels without overflow', () => {
    expect([...toMono(Int16Array.of(32767, 32767, -100, 100, 3, 0), 2)]).toEqual([32767, 0, 2]);
    expect(toMono(tone, 1)).toBe(tone);
  });
});
