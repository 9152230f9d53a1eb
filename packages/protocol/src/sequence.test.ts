import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Sequence } from './sequence.js';

describe('Sequence', () => {
  it('numbers messages from 1, each one higher than the last', () => {
    const sequence = new Sequence();
    expect(sequence.sent).toBe(0);
    expect([sequence.next(), sequence.next(), sequence.next()]).toEqual([1, 2, 3]);
    expect(sequence.sent).toBe(3);
  });

  it('accepts only the expected number, and does not change for any other', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -2, max: 8 })), (numbers) => {
        const sequence = new Sequence();
        let last = 0;
        for (const seq of numbers) {
          expect(sequence.expected).toBe(last + 1);
          expect(sequence.accept(seq)).toBe(seq === last + 1);
          if (seq === last + 1) last = seq;
          expect(sequence.received).toBe(last);
        }
        expect(sequence.sent).toBe(0);
      }),
    );
  });

  it('continues from an adopted number', () => {
    const sequence = new Sequence();
    sequence.adopt(7);
    expect([sequence.received, sequence.accept(7), sequence.accept(8)]).toEqual([7, false, true]);
    sequence.adopt(3);
    expect([sequence.received, sequence.accept(8), sequence.accept(4)]).toEqual([3, false, true]);
  });

  it.each([0, 2, -1, 1.5, Number.NaN])('refuses %s as the first number', (seq) => {
    expect(new Sequence().accept(seq)).toBe(false);
  });
});
