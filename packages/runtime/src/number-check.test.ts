import { describe, expect, it } from 'vitest';
import { numberFault } from './number-check.js';

describe('numberFault', () => {
  it.each<[unknown, string]>([
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
    [-1, '-1'],
    ['250', 'the string "250"'],
    ['', 'the string ""'],
    [undefined, 'undefined'],
    [null, 'null'],
    [10n, 'a bigint'],
    [{ valueOf: () => 5 }, 'an object'],
    [[5], 'an array'],
    [() => 5, 'a function'],
    [true, 'true'],
    [Symbol('x'), 'a symbol'],
  ])('names the field, the received value and the expected one for %s', (value, came) => {
    expect(numberFault('timers.openMs', value, { min: 0 })).toBe(
      `timers.openMs is ${came}; expected a number of 0 or more`,
    );
  });

  it('shows only the start of a long text', () => {
    expect(numberFault('port', '9'.repeat(1000), { min: 0 })?.length).toBeLessThan(120);
  });

  it.each([
    [{ min: 0 }, 0.5, undefined],
    [{ above: 0 }, 0, 'x is 0; expected a number above 0'],
    [{ above: 0, max: 9 }, 9.5, 'x is 9.5; expected a number above 0, 9 at most'],
    [{ min: 0, max: 65_535, integer: true }, 80.5, 'x is 80.5; expected a whole number from 0 to 65535'],
    [{ min: 0, max: 65_535, integer: true }, 65_536, 'x is 65536; expected a whole number from 0 to 65535'],
    [{ min: 0, max: 65_535, integer: true }, 65_535, undefined],
    [{ min: 1, integer: true }, 1e21, 'x is 1e+21; expected a whole number of 1 or more'],
    [{ above: 0, infinite: true }, Number.POSITIVE_INFINITY, undefined],
    [{ above: 0, infinite: true }, Number.NaN, 'x is NaN; expected a number above 0, or Infinity'],
    [{}, -3, undefined],
    [{}, Number.NaN, 'x is NaN; expected a finite number'],
  ])('applies the rule %o', (rule, value, fault) => {
    expect(numberFault('x', value, rule)).toBe(fault);
  });
});
