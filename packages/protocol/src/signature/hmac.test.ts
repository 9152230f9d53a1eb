import * as crypto from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { hmac, isSignedBy } from './hmac.js';

vi.mock('node:crypto', async (importOriginal) => {
  const original = await importOriginal<typeof crypto>();
  return {
    ...original,
    createHmac: vi.fn(original.createHmac),
    timingSafeEqual: vi.fn(original.timingSafeEqual),
  };
});

const SECRET = Uint8Array.of(1, 2, 3);
const OTHER = Uint8Array.of(4, 5, 6);
const BASES = ['base', 'other base'];
const GOOD = hmac('base', SECRET);

/** The result of a check, and how often it computed and compared. */
function work(signature: Uint8Array, secrets: Uint8Array[]) {
  vi.clearAllMocks();
  const signed = isSignedBy(signature, BASES, secrets);
  return {
    signed,
    computed: vi.mocked(crypto.createHmac).mock.calls.length,
    compared: vi.mocked(crypto.timingSafeEqual).mock.calls.length,
  };
}

describe('isSignedBy', () => {
  it('finds the secret and the base among several', () => {
    expect(isSignedBy(GOOD, BASES, [OTHER, SECRET])).toBe(true);
    expect(isSignedBy(GOOD, ['other base'], [SECRET])).toBe(false);
  });

  it.each<[string, Uint8Array, Uint8Array[]]>([
    ['the right secret', GOOD, [SECRET]],
    ['a wrong secret', GOOD, [OTHER]],
    ['no secret, the key being unknown', GOOD, []],
    ['an empty secret', GOOD, [new Uint8Array(0)]],
    ['a signature that is too short', GOOD.subarray(0, 31), [SECRET]],
    ['a signature that is too long', Uint8Array.of(...GOOD, 0), [SECRET]],
    ['an empty signature', new Uint8Array(0), [SECRET]],
  ])('computes and compares the same number of times for %s', (name, signature, secrets) => {
    expect(work(signature, secrets)).toEqual({
      signed: name === 'the right secret',
      computed: 2,
      compared: 2,
    });
  });

  it('does not stop at the first match', () => {
    expect(work(GOOD, [SECRET, OTHER])).toEqual({ signed: true, computed: 4, compared: 4 });
  });
});
