import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Framer } from './framer.js';

function framesOf(chunks: Uint8Array[], frameBytes: number): Uint8Array[] {
  const frames: Uint8Array[] = [];
  const framer = new Framer({ frameBytes }, (frame) => frames.push(frame));
  for (const chunk of chunks) framer.push(chunk);
  framer.flush();
  return frames;
}

describe('Framer', () => {
  it('keeps every byte in order, pads the last frame with silence, and emits frames of equal size', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 })),
        fc.integer({ min: 1, max: 17 }),
        (chunks, size) => {
          const bytes = chunks.flatMap((chunk) => [...chunk]);
          const frames = framesOf(chunks, size);
          expect(frames.every((frame) => frame.length === size)).toBe(true);
          const out = frames.flatMap((frame) => [...frame]);
          expect(out.slice(0, bytes.length)).toEqual(bytes);
          expect(out).toHaveLength(Math.ceil(bytes.length / size) * size);
          expect(out.slice(bytes.length).every((byte) => byte === 0xff)).toBe(true);
        },
      ),
    );
  });

  it('emits views of the chunk or the chunk itself, not copies', () => {
    const large = new Uint8Array(8);
    const exact = new Uint8Array(4);
    const frames = framesOf([large, exact], 4);
    expect(frames.map((frame) => frame.buffer)).toEqual([large.buffer, large.buffer, exact.buffer]);
    expect(frames[2]).toBe(exact);
  });

  it('drops the rest on `discard`', () => {
    const frames: Uint8Array[] = [];
    const framer = new Framer({ frameBytes: 4, silence: 0 }, (frame) => frames.push(frame));
    framer.push(Uint8Array.of(1, 2));
    expect(framer.pendingBytes).toBe(2);
    framer.discard();
    framer.push(Uint8Array.of(3));
    framer.flush();
    expect(frames.map((frame) => [...frame])).toEqual([[3, 0, 0, 0]]);
  });

  it('refuses a frame size that is not a positive integer', () => {
    for (const frameBytes of [0, -1, 1.5, Number.NaN]) {
      expect(() => new Framer({ frameBytes }, () => {})).toThrow(/frameBytes is/);
    }
  });
});
