import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MinHeap } from './min-heap.js';

describe('MinHeap', () => {
  it('gives back what was pushed, least first', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (numbers) => {
        const heap = new MinHeap();
        for (const number of numbers) heap.push(number);
        const popped = numbers.map(() => heap.pop());
        expect(popped).toEqual([...numbers].sort((a, b) => a - b));
        expect([heap.pop(), heap.least]).toEqual([undefined, undefined]);
      }),
    );
  });

  it('keeps its order when pushes and pops mix', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(50))), (steps) => {
        const heap = new MinHeap();
        const model: number[] = [];
        for (const step of steps) {
          if (step === null) expect(heap.pop()).toBe(model.shift());
          else {
            heap.push(step);
            model.push(step);
            model.sort((a, b) => a - b);
          }
          expect(heap.least).toBe(model[0]);
        }
      }),
    );
  });

  it('is empty after clear', () => {
    const heap = new MinHeap();
    heap.push(1);
    heap.clear();
    expect(heap.least).toBeUndefined();
  });
});
