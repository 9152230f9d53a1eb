import { contain, type OnError } from '@hookline/runtime';

/**
 * User code is never trusted to be tidy: what a bot, source, sink, logger, detector or listener throws, rejects with,
 * or gives in place of what it should, goes through these and no further.
 */

/**
 * Runs a bot's callback so that neither a throw nor a rejection goes anywhere but to `onError`. Nothing is made for
 * a callback that returns nothing.
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
