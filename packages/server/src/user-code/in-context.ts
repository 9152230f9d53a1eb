import { AsyncResource } from 'node:async_hooks';

/**
 * A callback that runs in the async context in which it was registered, so that an `AsyncLocalStorage` of the bot holds
 * in it what it holds in the handler. Frames and messages come in the context of the socket.
 */
export function inContext<A>(callback: (a: A) => unknown): (a: A) => unknown;
export function inContext<A, B>(callback: (a: A, b: B) => unknown): (a: A, b: B) => unknown;
export function inContext<A, B>(callback: (a: A, b?: B) => unknown): (a: A, b?: B) => unknown {
  // What is no function fails where it is called, as it would without this.
  if (typeof callback !== 'function') return callback;
  const context = new AsyncResource('HooklineListener');
  // Two parameters instead of rest parameters, which would cost an array and 0.1 µs for each frame.
  return (a, b) => context.runInAsyncScope(callback, undefined, a, b);
}
