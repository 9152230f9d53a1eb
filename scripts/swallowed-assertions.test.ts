import { expect, test, vi } from 'vitest';

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
  await expect.poll(() => ({ value: value++ })).toMatchObject({ value: 5 });
  await vi.waitFor(() => expect({ value: value++ }).toMatchObject({ value: 8 }));
  await vi.waitFor(() => expect([value++]).toEqual([11]));
  await vi.waitFor(() => expect(value++).not.toBe(12));
});

test.fails('a function that does not throw, although it is expected to, fails the test', () => {
  quietly(() => expect(() => {}).toThrow());
});

test.fails('a promise that does not reject, although it is expected to, fails the test', async () => {
  await expect(Promise.resolve())
    .rejects.toThrow()
    .catch(() => {});
});

test.fails('a failed toMatchObject that is caught fails the test', () => {
  quietly(() => expect({ a: 1 }).toMatchObject({ a: 2 }));
});

test.fails('an assertion that fails after it has held fails the test', () => {
  for (const value of [2, 3]) quietly(() => expect(value).toBe(2));
});
