import { alaw, mulaw } from 'alawmulaw';
import { describe, expect, it } from 'vitest';
import {
  decodeAlawSample,
  decodeMulaw,
  decodeMulawSample,
  encodeMulaw,
  encodeMulawSample,
  MULAW_SILENCE,
} from './g711.js';

const everySample = Int16Array.from({ length: 0x10000 }, (_, i) => i - 0x8000);
const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i);

describe('µ-law', () => {
  it('encodes all 65,536 samples like an independent encoder', () => {
    expect(encodeMulaw(everySample)).toEqual(mulaw.encode(everySample));
  });

  it('decodes all 256 bytes as an independent decoder does', () => {
    expect(decodeMulaw(everyByte)).toEqual(mulaw.decode(everyByte));
  });

  it('preserves every byte but −0 in decoding and encoding', () => {
    const again = encodeMulaw(decodeMulaw(everyByte));
    expect([...everyByte].filter((byte) => again[byte] !== byte)).toEqual([0x7f]);
  });

  it('agrees sample by sample with the whole-array functions', () => {
    expect([...everySample].map(encodeMulawSample)).toEqual([...encodeMulaw(everySample)]);
    expect([...everyByte].map(decodeMulawSample)).toEqual([...decodeMulaw(everyByte)]);
  });

  it('decodes 0xFF as silence and 0x00 as the loudest negative sample', () => {
    expect(decodeMulawSample(MULAW_SILENCE)).toBe(0);
    expect(encodeMulawSample(0)).toBe(MULAW_SILENCE);
    expect(decodeMulawSample(0)).toBe(-32124);
  });

  it('writes into the given array and returns the written part', () => {
    const into = new Uint8Array(4);
    const out = encodeMulaw(Int16Array.of(0, 0), into);
    expect(out.buffer).toBe(into.buffer);
    expect([...into]).toEqual([0xff, 0xff, 0, 0]);
    expect(out).toHaveLength(2);
  });

  it('refuses a target array that is too short', () => {
    expect(() => decodeMulaw(everyByte, new Int16Array(255))).toThrow(
      /has 255 elements; expected at least 256/,
    );
  });
});

it('decodes all 256 A-law bytes as an independent decoder does', () => {
  for (let byte = 0; byte < 256; byte++) expect(decodeAlawSample(byte)).toBe(alaw.decodeSample(byte));
});
