/** Takes what the program's own code threw or rejected with. Must not throw. */
export type OnError = (error: unknown) => void;

/**
 * Waits for what the program's own code returned, in case it is a promise, and gives its rejection to `onError`, by
 * default to nobody. Never rejects.
 *
 * `await` and not `.catch`: a thenable may throw when it is read, call back twice, or have other methods only.
 */
export async function contain(given: unknown, onError: OnError = () => {}): Promise<void> {
  try {
    await given;
  } catch (error) {
    onError(error);
  }
}

/**
 * Runs code of the program that uses this package where nobody waits for it. What it throws, now or later, goes to
 * `onError` and no further. Nothing is allocated for code that returns nothing.
 */
export function runUserCode(run: () => unknown, onError: OnError): void {
  try {
    const given = run();
    if (given !== undefined) void contain(given, onError);
  } catch (error) {
    onError(error);
  }
}
