import { AsyncResource } from 'node:async_hooks';
import { contain, type OnError } from '@hookline/runtime';

/**
 * User code may fail in any way: whatever a bot, source, sink, logger, detector or listener throws or rejects with is
 * caught by these functions.
 */

/**
 * Runs a bot's callback and passes whatever it throws or rejects with to `onError`. Allocates nothing if the callback
 * returns nothing.
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

/**
 * Binds a callback to the async context in which it is registered, so that an `AsyncLocalStorage` of the bot has the
 * same value as in the handler. Without this, callbacks would run in the context of the socket.
 */
export function inContext<A>(callback: (a: A) => unknown): (a: A) => unknown;
export function inContext<A, B>(callback: (a: A, b: B) => unknown): (a: A, b: B) => unknown;
export function inContext<A, B>(callback: (a: A, b?: B) => unknown): (a: A, b?: B) => unknown {
  // A value that is not a function fails when it is called, as without this function.
  if (typeof callback !== 'function') return callback;
  const context = new AsyncResource('HooklineListener');
  // Two parameters instead of rest parameters, which would cost an array and 0.1 µs for each frame.
  return (a, b) => context.runInAsyncScope(callback, undefined, a, b);
}
