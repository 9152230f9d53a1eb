import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MinHeap } from './min-heap.js';

describe('MinHeap', () => {
  it('returns pushed items, smallest first', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (numbers) => {
        const heap = new MinHeap<number>((a, b) => a - b);
        for (const number of numbers) heap.push(number);
        const popped = numbers.map(() => heap.pop());
        expect(popped).toEqual([...numbers].sort((a, b) => a - b));
        expect([heap.pop(), heap.first]).toEqual([undefined, undefined]);
      }),
    );
  });

  it('keeps its order with mixed pushes and pops', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(50))), (steps) => {
        const heap = new MinHeap<number>((a, b) => a - b);
        const model: number[] = [];
        for (const step of steps) {
          if (step === null) expect(heap.pop()).toBe(model.shift());
          else {
            heap.push(step);
            model.push(step);
            model.sort((a, b) => a - b);
          }
          expect(heap.first).toBe(model[0]);
        }
      }),
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'refuses %s, which would break the order of all other items',
    (item) => {
      const heap = new MinHeap<number>((a, b) => a - b);
      heap.push(2);
      expect(() => heap.push(item)).toThrow(expect.objectContaining({ code: 'RUNTIME_BAD_OPTION' }));
      heap.push(1);
      expect([heap.size, heap.pop(), heap.pop()]).toEqual([2, 1, 2]);
    },
  );

  it('is in order after its numbers are replaced', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.array(fc.integer()), (before, numbers) => {
        const heap = new MinHeap<number>((a, b) => a - b);
        for (const number of before) heap.push(number);
        heap.replace(numbers);
        expect(heap.size).toBe(numbers.length);
        expect(numbers.map(() => heap.pop())).toEqual([...numbers].sort((a, b) => a - b));
      }),
    );
  });

  it('is empty after clear', () => {
    const heap = new MinHeap<number>((a, b) => a - b);
    heap.push(1);
    heap.clear();
    expect(heap.first).toBeUndefined();
  });
});
