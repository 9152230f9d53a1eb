import { expect, test } from 'vitest';

/** Calls a function as a bot calls its handler: its error is lost. */
const quietly = (handler: () => void) => {
  try {
    handler();
  } catch {}
};

test.fails('a failed assertion that is caught fails the test', () => {
  quietly(() => expect(1).toBe(2));
});

test('an assertion that is repeated until it holds does not', () => {
  for (let value = 0; value < 3; value++) quietly(() => expect(value).toBe(2));
});

test('an assertion that is polled until it holds does not', async () => {
  let value = 0;
  await expect.poll(() => value++).toBe(2);
});

test.fails('a function that does not throw, although it is expected to, fails the test', () => {
  quietly(() => expect(() => {}).toThrow());
});

test.fails('a promise that does not reject, although it is expected to, fails the test', async () => {
  await expect(Promise.resolve())
    .rejects.toThrow()
    .catch(() => {});
});
