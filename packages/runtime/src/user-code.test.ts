import { describe, expect, it, vi } from 'vitest';
import { runUserCode } from './user-code.js';

const failure = new Error('of the program');

describe('runUserCode', () => {
  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw failure;
      },
    ],
    ['rejects', () => Promise.reject(failure)],
    [
      'returns a thenable that throws',
      () => ({
        // biome-ignore lint/suspicious/noThenProperty: such a value is what is tested
        then() {
          throw failure;
        },
      }),
    ],
    [
      'returns a thenable that throws when it is read',
      () =>
        Object.defineProperty({}, 'then', {
          get() {
            throw failure;
          },
        }),
    ],
  ])('passes the error to the handler if the code %s', async (_, run) => {
    const onError = vi.fn();
    runUserCode(run, onError);
    await Promise.resolve();
    await new Promise(setImmediate);
    expect(onError.mock.calls).toEqual([[failure]]);
  });

  it.each([undefined, null, 0, 'text', {}])('takes a returned %j as done', async (value) => {
    const onError = vi.fn();
    runUserCode(() => value, onError);
    await new Promise(setImmediate);
    expect(onError).not.toHaveBeenCalled();
  });
});
