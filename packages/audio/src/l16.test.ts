import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeL16, encodeL16 } from './l16.js';

describe('L16', () => {
  it('writes the low byte first by default', () => {
    expect([...encodeL16(Int16Array.of(0x1234, -2))]).toEqual([0x34, 0x12, 0xfe, 0xff]);
    expect([...encodeL16(Int16Array.of(0x1234), 'be')]).toEqual([0x12, 0x34]);
  });

  it('preserves every sample in either order', () => {
    fc.assert(
      fc.property(fc.int16Array(), fc.constantFrom('le' as const, 'be' as const), (pcm, order) => {
        expect(decodeL16(encodeL16(pcm, order), order)).toEqual(pcm);
      }),
    );
  });

  it('reads bytes at an odd offset of their buffer', () => {
    expect([...decodeL16(Uint8Array.of(9, 0x34, 0x12).subarray(1))]).toEqual([0x1234]);
  });

  it('refuses an incomplete sample with a fix', () => {
    expect(() => decodeL16(new Uint8Array(3))).toThrow(
      expect.objectContaining({ code: 'AUDIO_ODD_LENGTH', message: expect.stringContaining('got 3 bytes') }),
    );
  });
});
