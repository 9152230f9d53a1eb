import { describe, expect, it } from 'vitest';
import { noise } from '../../test/signals.js';
import { encodeMulaw } from '../g711.js';
import { sine } from '../tone/sine.js';
import { readWav } from './read.js';
import { createWavReader } from './reader.js';
import { writeWav } from './write.js';

const tone = sine({ hz: 440, ms: 20 });

function readInPieces(file: Uint8Array, size: number) {
  const reader = createWavReader();
  const parts: Uint8Array[] = [];
  for (let at = 0; at < file.length; at += size) {
    // The piece is overwritten at once, as a socket's buffer may be.
    const piece = file.slice(at, at + size);
    parts.push(reader.push(piece).slice());
    piece.fill(0xee);
  }
  const { data, truncated } = reader.end();
  const all = new Uint8Array(Buffer.concat([...parts, data]));
  return { reader, data: all, truncated };
}

function u32(value: number): number[] {
  return [value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >>> 24) & 255];
}

const chunk = (id: string, body: Iterable<number>, size?: number, pad = true) => {
  const bytes = [...body];
  return [
    ...Buffer.from(id),
    ...u32(size ?? bytes.length),
    ...bytes,
    ...(pad && bytes.length % 2 ? [0] : []),
  ];
};
const head = (riff = 'RIFF', size = 0) => [...Buffer.from(riff), ...u32(size), ...Buffer.from('WAVE')];
const MULAW_FMT = chunk('fmt ', [7, 0, 1, 0, ...u32(8000), ...u32(8000), 1, 0, 8, 0]);
const STEREO16_FMT = chunk('fmt ', [1, 0, 2, 0, ...u32(8000), ...u32(32000), 4, 0, 16, 0]);
const DS64 = chunk('ds64', [...u32(0), ...u32(0), ...u32(4), ...u32(0), ...u32(4), ...u32(0), ...u32(0)]);
const AUDIO = [0xff, 0x80, 0x90, 0x11, 0x22, 0x33];

const FILES: readonly [name: string, bytes: number[]][] = [
  ['a plain file', [...head(), ...MULAW_FMT, ...chunk('data', AUDIO)]],
  ['sizes left at 0', [...head(), ...MULAW_FMT, ...chunk('data', AUDIO, 0)]],
  ['sizes of 0xFFFFFFFF', [...head('RIFF', 0xffffffff), ...MULAW_FMT, ...chunk('data', AUDIO, 0xffffffff)]],
  ['the size that SoX leaves', [...head(), ...MULAW_FMT, ...chunk('data', AUDIO, 0x7ffff000)]],
  ['a size of 0 and next to no audio', [...head(), ...MULAW_FMT, ...chunk('data', [1, 2, 3, 4], 0)]],
  ['an empty data chunk', [...head(), ...MULAW_FMT, ...chunk('data', [])]],
  [
    'an empty data chunk before another',
    [...head(), ...MULAW_FMT, ...chunk('data', []), ...chunk('LIST', [1, 2])],
  ],
  [
    'chunks before the header and the data',
    [
      ...head(),
      ...chunk('JUNK', new Uint8Array(500)),
      ...chunk('LIST', [1, 2, 3]),
      ...MULAW_FMT,
      ...chunk('fact', u32(6)),
      ...chunk('LIST', new Uint8Array(101)),
      ...chunk('data', AUDIO),
    ],
  ],
  [
    'odd chunks without their pad byte',
    [...head(), ...chunk('LIST', [1, 2, 3], 3, false), ...MULAW_FMT, ...chunk('data', AUDIO)],
  ],
  ['chunks after the data', [...head(), ...MULAW_FMT, ...chunk('data', AUDIO), ...chunk('LIST', AUDIO)]],
  ['an end before the promised audio', [...head(), ...MULAW_FMT, ...chunk('data', AUDIO, 1000)]],
  ['an end within a sample', [...head(), ...STEREO16_FMT, ...chunk('data', AUDIO, 0xffffffff)]],
  ['a size that is no whole number of samples', [...head(), ...STEREO16_FMT, ...chunk('data', AUDIO), 9, 9]],
  [
    'the 64-bit sizes of RF64',
    [...head('RF64', 0xffffffff), ...DS64, ...MULAW_FMT, ...chunk('data', AUDIO, 0xffffffff)],
  ],
];

describe('a reader of a WAV file that arrives in pieces', () => {
  it.each(FILES)('reads %s like a complete file, for any piece boundaries', (_, bytes) => {
    const file = Uint8Array.from(bytes);
    const whole = readWav(file);
    for (let size = 1; size <= file.length; size++) {
      const { reader, data } = readInPieces(file, size);
      expect(data).toEqual(new Uint8Array(whole.data));
      expect(reader.encoding).toMatchObject({ codec: whole.codec, rate: 8000, channels: whole.channels });
      expect(reader.samples(data)).toEqual(whole.samples);
    }
  });

  it('returns audio as soon as it arrives, as a view of the piece', () => {
    const file = writeWav({ codec: 'mulaw', rate: 8000, channels: 1, data: encodeMulaw(tone) });
    const reader = createWavReader();
    const data = reader.push(file.subarray(0, 100));
    expect(data).toHaveLength(42);
    expect(data.buffer).toBe(file.buffer);
    const more = reader.push(file.subarray(100));
    expect(more).toEqual(file.subarray(100));
    expect(reader.done).toBe(true);
    expect(reader.push(Uint8Array.of(1, 2, 3))).toHaveLength(0);
  });

  it('reports a truncated file', () => {
    expect(
      readInPieces(Uint8Array.from([...head(), ...MULAW_FMT, ...chunk('data', AUDIO, 8)]), 5),
    ).toMatchObject({ truncated: true });
    for (const size of [0, 6, 0xffffffff]) {
      const file = Uint8Array.from([...head(), ...MULAW_FMT, ...chunk('data', AUDIO, size)]);
      expect(readInPieces(file, 5).truncated).toBe(false);
    }
  });

  it.each([
    ['nothing at all', [], 'AUDIO_NOT_WAV', 'there are no bytes'],
    ['an MP3 file', [...Buffer.from('ID3\x04\0\0\0\0\0\0\0\0\0')], 'AUDIO_NOT_WAV', 'an MP3 file'],
    ['an answer in JSON', [...Buffer.from('{"error":"no such voice"}')], 'AUDIO_NOT_WAV', 'text, beginning'],
    ['a file that ends in its header', [...head(), ...MULAW_FMT], 'AUDIO_BAD_WAV', 'before its audio'],
    [
      'audio before its format',
      [...head(), ...chunk('data', AUDIO), ...MULAW_FMT],
      'AUDIO_BAD_WAV',
      'precedes its "fmt " chunk',
    ],
    [
      'ADPCM',
      [...head(), ...chunk('fmt ', [2, 0, 1, 0, ...u32(8000), ...u32(8000), 1, 0, 4, 0])],
      'AUDIO_UNSUPPORTED_WAV',
      'ADPCM',
    ],
  ])('refuses %s, and names it', (_, bytes, code, message) => {
    for (const size of [1, 7, 1000]) {
      expect(() => readInPieces(Uint8Array.from(bytes), size)).toThrow(
        expect.objectContaining({ code, message: expect.stringContaining(message) }),
      );
    }
  });

  it('throws only its own errors and always makes progress, for any bytes', () => {
    const file = Uint8Array.from(FILES[7]?.[1] ?? []);
    const random = noise(4000, -10);
    for (let round = 0; round < 2000; round++) {
      const broken = file.slice(0, 60);
      broken[Math.abs(random[round] ?? 0) % 60] = (random[round + 1] ?? 0) & 255;
      broken[Math.abs(random[round + 2] ?? 0) % 60] = (random[round + 3] ?? 0) & 255;
      try {
        readInPieces(broken, 1 + (round % 9));
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^AUDIO_(NOT|BAD|UNSUPPORTED)_WAV$/) });
      }
    }
  });
});
