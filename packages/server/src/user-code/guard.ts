import { contain, type OnError } from '@hookline/runtime';

/**
 * Runs user code that takes two arguments, such as a callback of a bot, a sink or a listener, and passes whatever it
 * throws or rejects with to `onError`. Allocates nothing if the callback returns nothing.
 */
export function guard<A, B>(callback: (a: A, b: B) => unknown, a: A, b: B, onError: OnError): void {
  try {
    const given = callback(a, b);
    // A bot written in JavaScript may return any thenable.
    if (given !== undefined) void contain(given, onError);
  } catch (error) {
    onError(error);
  }
}
