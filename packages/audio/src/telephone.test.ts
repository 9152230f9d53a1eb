import { describe, expect, it } from 'vitest';
import { deinterleave } from './mixing.js';
import { type AudioFormat, bytesPerMs, bytesToMs, msToBytes, PCMU_MONO, silenceByte } from './telephone.js';

const L16_STEREO: AudioFormat = { format: 'L16', rate: 8000, channels: 2 };

describe('audio format', () => {
  it('has 8 bytes per millisecond for PCMU mono and 32 for L16 stereo', () => {
    expect(bytesPerMs(PCMU_MONO)).toBe(8);
    expect(bytesPerMs(L16_STEREO)).toBe(32);
  });

  it('converts 200 ms of PCMU to 1600 bytes, and back', () => {
    expect(msToBytes(PCMU_MONO, 200)).toBe(1600);
    expect(bytesToMs(PCMU_MONO, 1600)).toBe(200);
  });

  it('rounds a time to whole samples of every channel', () => {
    expect(msToBytes(L16_STEREO, 0.3) % 4).toBe(0);
  });

  it('has silence of 0xFF for PCMU and 0x00 for L16', () => {
    expect([silenceByte(PCMU_MONO), silenceByte(L16_STEREO)]).toEqual([0xff, 0]);
  });
});

describe('deinterleave', () => {
  it('extracts one channel of two', () => {
    const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    expect([...deinterleave(bytes, { ...PCMU_MONO, channels: 2 }, 1)]).toEqual([2, 4, 6, 8]);
    expect([...deinterleave(bytes, L16_STEREO, 0)]).toEqual([1, 2, 5, 6]);
  });

  it('returns mono unchanged', () => {
    const bytes = Uint8Array.of(1, 2);
    expect(deinterleave(bytes, PCMU_MONO, 0)).toBe(bytes);
  });

  it('refuses an incomplete sample and a missing channel', () => {
    expect(() => deinterleave(new Uint8Array(6), L16_STEREO, 0)).toThrow(/a multiple of 4/);
    expect(() => deinterleave(new Uint8Array(8), L16_STEREO, 2)).toThrow(
      /channel is 2; expected less than 2/,
    );
  });
});
