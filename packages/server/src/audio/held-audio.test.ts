import { describe, expect, it } from 'vitest';
import { ChunkMemory, HeldAudio } from './held-audio.js';

/** Frames of these sizes, each of one value of its own, 20 ms apart. */
function hold(maxBytes: number, sizes: readonly number[]): HeldAudio {
  const held = new HeldAudio(maxBytes, new ChunkMemory());
  for (const [index, size] of sizes.entries()) held.push(new Uint8Array(size).fill(index), index * 20);
  return held;
}

/** What is handed out: of each frame its time, its size, and its value if it is all of one. */
function taken(held: HeldAudio): number[][] {
  const frames: number[][] = [];
  held.take((bytes, atMs) => {
    frames.push([atMs, bytes.length, bytes.every((byte) => byte === bytes[0]) ? (bytes[0] ?? -1) : -1]);
  });
  return frames;
}

describe('buffered caller audio', () => {
  it('is returned frame by frame, as it was received', () => {
    expect(taken(hold(1000, [10, 300, 7]))).toEqual([
      [0, 10, 0],
      [20, 300, 1],
      [40, 7, 2],
    ]);
  });

  it('is the newest audio up to the bound, for frames of any length, and counts the dropped audio', () => {
    for (let length = 1; length < 40; length++) {
      const sizes = Array.from({ length: 100 }, (_, index) => 1 + ((index * 7) % length));
      const held = hold(100, sizes);
      const frames = taken(held);
      expect(frames).toEqual(sizes.map((size, index) => [index * 20, size, index]).slice(held.dropped));
      const bytes = frames.reduce((sum, [, size]) => sum + (size ?? 0), 0);
      expect(bytes).toBeLessThanOrEqual(100);
      if (held.dropped > 0) expect(bytes + (sizes[held.dropped - 1] ?? 0)).toBeGreaterThan(100);
    }
  });

  it.each([160, 1600, 4097, 8192, 9000])(
    'is the newest five seconds in frames of %i bytes, more than one chunk of copies',
    (size) => {
      const held = hold(40_000, Array(200).fill(size));
      const frames = taken(held);
      const kept = Math.min(200, Math.floor(40_000 / size));
      expect(held.dropped).toBe(200 - kept);
      expect(frames).toEqual(
        Array.from({ length: kept }, (_, at) => 200 - kept + at).map((nth) => [nth * 20, size, nth]),
      );
      held.push(new Uint8Array(size).fill(7), 4000);
      expect(taken(held)).toEqual([[4000, size, 7]]);
    },
  );

  it('is a copy, which does not change with the bytes of the frame', () => {
    const held = new HeldAudio(100, new ChunkMemory());
    const frame = new Uint8Array(10).fill(1);
    held.push(frame, 0);
    frame.fill(2);
    expect(taken(held)).toEqual([[0, 10, 1]]);
  });

  it('keeps the newest frame complete even if that frame alone exceeds the bound', () => {
    expect(taken(hold(100, [50, 250]))).toEqual([[20, 250, 1]]);
    expect(taken(hold(100, [50, 250, 30, 30]))).toEqual([
      [40, 30, 2],
      [60, 30, 3],
    ]);
  });

  it('does not change after it was returned, while more audio arrives', () => {
    const held = hold(100, [60]);
    const first: Uint8Array[] = [];
    held.take((bytes) => {
      first.push(bytes);
      held.push(new Uint8Array(60).fill(9), 20);
    });
    held.push(new Uint8Array(60).fill(8), 40);
    expect([...(first[0] ?? [])]).toEqual(Array(60).fill(0));
    expect(taken(held)).toEqual([[40, 60, 8]]);
  });

  it('is not lost for other calls if a bot transfers what it gets to another thread', () => {
    const memory = new ChunkMemory();
    const [one, other] = [new HeldAudio(100, memory), new HeldAudio(100, memory)];
    one.push(new Uint8Array(10).fill(1), 0);
    other.push(new Uint8Array(20).fill(2), 0);
    one.take((bytes) => structuredClone(bytes, { transfer: [bytes.buffer as ArrayBuffer] }));
    expect(taken(other)).toEqual([[0, 20, 2]]);
  });

  it('of many calls at once is not mixed up', () => {
    const memory = new ChunkMemory();
    const calls = Array.from({ length: 100 }, () => new HeldAudio(40_000, memory));
    for (let frame = 0; frame < 25; frame++) {
      for (const [nth, held] of calls.entries()) held.push(new Uint8Array(1600).fill(nth), frame * 200);
    }
    for (const [nth, held] of calls.entries()) {
      expect(taken(held)).toEqual(Array.from({ length: 25 }, (_, frame) => [frame * 200, 1600, nth]));
    }
  });
});
