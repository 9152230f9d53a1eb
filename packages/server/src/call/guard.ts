/**
 * Runs a bot's callback so that neither a throw nor a rejection goes anywhere but to `onError`. Nothing is made for
 * a callback that returns nothing.
 */
export function guard<A, B>(
  callback: (a: A, b: B) => void | Promise<void>,
  a: A,
  b: B,
  onError: (error: unknown) => void,
): void {
  try {
    const result = callback(a, b);
    // A bot written in JavaScript may return any thenable.
    if (result !== undefined) Promise.resolve(result).catch(onError);
  } catch (error) {
    onError(error);
  }
}
