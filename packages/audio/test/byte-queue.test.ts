import { describe, expect, it } from 'vitest';
import { ByteQueue } from '../src/byte-queue.js';

const bytes = (...values: number[]) => Uint8Array.from(values);

/** Whether both show the same memory. */
const sameMemory = (a: Uint8Array, b: Uint8Array) => a.buffer === b.buffer;

describe('queued bytes', () => {
  it('are returned in order, in pieces of any length', () => {
    for (let length = 1; length <= 11; length++) {
      const queue = new ByteQueue();
      queue.push(bytes(0, 1, 2));
      queue.push(bytes());
      queue.push(bytes(3));
      queue.push(bytes(4, 5, 6, 7, 8, 9));
      const out: number[] = [];
      while (queue.length > 0) {
        const before = queue.length;
        const piece = queue.take(length);
        expect(piece).toHaveLength(Math.min(length, before));
        expect(queue.length).toBe(before - piece.length);
        out.push(...piece);
      }
      expect(out).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(queue.take(length)).toHaveLength(0);
    }
  });

  it('are not copied if they are within one chunk, even after another chunk was used up', () => {
    const chunks = [bytes(1, 2), bytes(3, 4), bytes(5, 6, 7), bytes(8, 9)];
    const queue = new ByteQueue();
    for (const chunk of chunks) queue.push(chunk);
    const [first, second, third, last] = chunks as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    expect(queue.take(2)).toBe(first);
    // Across a border, and to the end of a piece: the one copy.
    expect([...queue.take(5)]).toEqual([3, 4, 5, 6, 7]);
    expect(queue.take(2)).toBe(last);
    queue.push(second);
    queue.push(third);
    expect(sameMemory(queue.take(1), second)).toBe(true);
    expect(sameMemory(queue.take(1), second)).toBe(true);
    expect(queue.take(3)).toBe(third);
  });

  it('are removed by clear', () => {
    const queue = new ByteQueue();
    queue.push(bytes(1, 2, 3));
    queue.take(1);
    queue.clear();
    expect([queue.length, queue.take(3).length]).toEqual([0, 0]);
    queue.push(bytes(4));
    expect([...queue.take(3)]).toEqual([4]);
  });
});
