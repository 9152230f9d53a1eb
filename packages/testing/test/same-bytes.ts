import { expect } from 'vitest';

/** Expects equal bytes; reports where they differ. Faster than `toEqual` for seconds of audio. */
export function expectSameBytes(actual: Uint8Array, expected: Uint8Array): void {
  if (Buffer.compare(actual, expected) === 0) return;
  const at = expected.findIndex((byte, index) => actual[index] !== byte);
  expect.fail(
    `got ${actual.length} bytes, expected ${expected.length}; the first difference is at ${at < 0 ? 'the end' : at}`,
  );
}
