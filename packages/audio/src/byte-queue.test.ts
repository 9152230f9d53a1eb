import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteQueue } from './byte-queue.js';

const chunk = fc.uint8Array({ maxLength: 12 });
const step = fc.oneof(
  fc.record({ push: chunk }),
  fc.record({ take: fc.nat(20) }),
  fc.record({ drop: fc.nat(20) }),
  fc.record({ copy: fc.tuple(fc.nat(20), fc.nat(20)) }),
);

describe('ByteQueue', () => {
  it('returns the bytes in order, for any sequence of push, take, drop and copy', () => {
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const queue = new ByteQueue();
        let model: number[] = [];
        for (const given of steps) {
          if ('push' in given) {
            queue.push(given.push);
            model.push(...given.push);
          } else if ('take' in given) {
            expect([...queue.take(given.take)]).toEqual(model.slice(0, given.take));
            model = model.slice(given.take);
          } else if ('drop' in given) {
            expect(queue.drop(given.drop)).toBe(Math.min(given.drop, model.length));
            model = model.slice(given.drop);
          } else {
            expect([...queue.copy(...given.copy)]).toEqual(model.slice(...given.copy));
          }
          expect(queue.length).toBe(model.length);
        }
      }),
    );
  });

  it('copies no bytes within one chunk', () => {
    const queue = new ByteQueue();
    const bytes = Uint8Array.of(1, 2, 3, 4);
    queue.push(bytes);
    queue.push(bytes);
    expect(queue.take(3).buffer).toBe(bytes.buffer);
    expect(queue.take(1).buffer).toBe(bytes.buffer);
    expect(queue.take(4)).toBe(bytes);
  });

  it('is empty after clear', () => {
    const queue = new ByteQueue();
    queue.push(Uint8Array.of(1, 2, 3));
    queue.take(1);
    queue.clear();
    queue.push(Uint8Array.of(7, 8));
    expect([queue.length, ...queue.take(9)]).toEqual([2, 7, 8]);
  });
});
