import { afterEach, chai } from 'vitest';

// Makes a test fail if an assertion in it failed and nobody noticed: many tests assert in the handler of a bot, whose
// errors end only its call. An assertion that is repeated until it holds, as in `vi.waitFor`, is not reported.

/** The last failure of each line in the test that is running. Files of a worker share chai, but not their modules. */
const shared = chai.AssertionError as unknown as { failures?: Map<string, Error> };
shared.failures ??= watchAssertions();
const { failures } = shared;

afterEach(({ task }) => {
  const [swallowed] = failures.values();
  failures.clear();
  if (task.result?.state !== 'fail' && swallowed !== undefined) throw swallowed;
});

/** Returns a map that receives each failed assertion, until one in the same line holds. */
function watchAssertions(): Map<string, Error> {
  const found = new Map<string, Error>();
  let isPolled = false;
  const prototype = chai.Assertion.prototype as unknown as Record<string, unknown>;
  for (const name of Object.getOwnPropertyNames(prototype)) {
    // Chains such as `.not` are getters.
    const assertion = Object.getOwnPropertyDescriptor(prototype, name)?.value;
    if (typeof assertion !== 'function' || name === 'constructor') continue;
    prototype[name] = function (this: object, ...args: unknown[]) {
      const wasPolled = isPolled;
      isPolled ||= chai.util.flag(this, 'poll') !== undefined;
      try {
        const result: unknown = assertion.apply(this, args);
        if (found.size > 0) found.delete(lineOf(new Error()) ?? '');
        return result;
      } finally {
        isPolled = wasPolled;
      }
    };
  }
  // Assertions fail in several ways; only the construction of the error is common to all.
  class RecordedError extends Error {
    constructor(...args: ConstructorParameters<typeof Error>) {
      super(...args);
      if (!isPolled) found.set(lineOf(this) ?? this.message, this);
    }
  }
  Object.setPrototypeOf(chai.AssertionError, RecordedError);
  return found;
}

/** The line of the test that asserts. */
function lineOf({ stack = '' }: Error): string | undefined {
  const frames = stack.split('\n').filter((frame) => !frame.includes('node_modules'));
  return frames.find((frame) => /\.test\.ts|\/test\//.test(frame));
}
