import { expect, it } from 'vitest';
import { newNonce } from './new-nonce.js';

it('never gives a nonce twice, nor bytes of one that was given, across refills of its pool', () => {
  const nonces = Array.from({ length: 1000 }, newNonce);
  expect(nonces.every((nonce) => /^[A-Za-z0-9+/]{24}$/.test(nonce))).toBe(true);
  expect(new Set(nonces).size).toBe(1000);
  // Six bytes in common by chance: less than once in ten million runs.
  const parts = nonces.flatMap((nonce) => [nonce.slice(0, 8), nonce.slice(8, 16), nonce.slice(16)]);
  expect(new Set(parts).size).toBe(parts.length);
});
