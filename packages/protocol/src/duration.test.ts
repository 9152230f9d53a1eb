import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifies } from '#verifies';
import vectors from '../vectors/durations.json' with { type: 'json' };
import { durationFromMs, durationFromNs, durationToMs, durationToNs } from './duration.js';

const nanoseconds = fc.oneof(fc.maxSafeNat(), fc.nat(2_000_000_000));

describe('durations', () => {
  it.each(vectors.accept)('parses $text as $ns ns and formats that as $written', ({ text, ns, written }) => {
    expect(durationToNs(text)).toBe(ns);
    expect(durationFromNs(ns)).toBe(written);
  });

  it.each(vectors.reject)('does not parse $text', ({ text }) => {
    expect(durationToNs(text)).toBeUndefined();
    expect(durationToMs(text)).toBeUndefined();
  });

  it('refuses a text of the maximum length at once, however it could be divided', () => {
    const { user } = process.cpuUsage();
    for (const digits of ['1', '.', '1.', '0']) durationToNs(`PT${digits.repeat(65_535)}`);
    // A pattern that can divide the digits in several ways needs ten seconds.
    expect(process.cpuUsage().user - user).toBeLessThan(800_000);
  });

  it('parses what it formatted, to the nanosecond', () => {
    fc.assert(fc.property(nanoseconds, (ns) => durationToNs(durationFromNs(ns)) === ns));
  });

  it(
    verifies(
      'AC-DUR-2',
      'AC-DUR-3',
      'writes fixed point with one to nine decimals, no exponent and no idle zero but the first',
    ),
    () => {
      fc.assert(
        fc.property(nanoseconds, (ns) => /^PT(?:0|[1-9]\d*)\.(?:0|\d{0,8}[1-9])S$/.test(durationFromNs(ns))),
      );
      expect([0, 1000, 1200, 1].map((ms) => durationFromMs(ms))).toEqual([
        'PT0.0S',
        'PT1.0S',
        'PT1.2S',
        'PT0.001S',
      ]);
    },
  );

  it('formats a minimum number of decimals: none, as the sample code, or more', () => {
    expect([0, 1000, 1200].map((ms) => durationFromMs(ms, { minDecimals: 0 }))).toEqual([
      'PT0S',
      'PT1S',
      'PT1.2S',
    ]);
    expect(durationFromNs(1_200_000_000, { minDecimals: 3 })).toBe('PT1.200S');
    expect(durationFromNs(1_234_567_891, { minDecimals: 9 })).toBe('PT1.234567891S');
  });

  it.each([-1, 10, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %s decimals', (minDecimals) => {
    expect(() => durationFromNs(0, { minDecimals })).toThrow(
      expect.objectContaining({ code: 'DURATION_DECIMALS' }),
    );
  });

  it.each([
    [2 ** 53 - 1, 'PT9007199.254740991S'],
    [2 ** 53 - 2, 'PT9007199.25474099S'],
  ])('parses and formats %s ns, at the bound of 2^53', (ns, text) => {
    expect([durationFromNs(ns), durationToNs(text)]).toEqual([text, ns]);
  });

  it('does not parse 2^53 ns and more', () => {
    expect(durationToNs('PT9007199.254740992S')).toBeUndefined();
  });

  it('keeps the order of time spans', () => {
    fc.assert(
      fc.property(nanoseconds, nanoseconds, (a, b) => {
        const [readA, readB] = [durationToNs(durationFromNs(a))!, durationToNs(durationFromNs(b))!];
        expect(Math.sign(readA - readB)).toBe(Math.sign(a - b));
      }),
    );
  });

  it('preserves fractional milliseconds in a round trip, for a call of any length', () => {
    const microseconds = fc.nat(24 * 3_600_000_000 - 1);
    fc.assert(fc.property(microseconds, (us) => durationToMs(durationFromMs(us / 1000)) === us / 1000));
  });

  it('rounds milliseconds to the nanosecond', () => {
    expect(durationFromMs(0.1 + 0.2)).toBe('PT0.0003S');
    // 4.1 * 1e6 is just below an integer.
    expect(durationFromMs(4.1)).toBe('PT0.0041S');
    expect(durationFromMs(1e-7)).toBe('PT0.0S');
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('refuses to format %s ns', (ns) => {
    expect(() => durationFromNs(ns)).toThrow(expect.objectContaining({ code: 'DURATION_RANGE' }));
  });

  it('handles a very long text in a short time', () => {
    expect(durationToNs(`PT${'9'.repeat(60_000)}S`)).toBeUndefined();
    expect(durationToNs(`PT${'0'.repeat(60_000)}1S`)).toBe(1e9);
    expect(durationToNs(`PT0.${'1'.repeat(60_000)}S`)).toBe(111_111_111);
  });
});
