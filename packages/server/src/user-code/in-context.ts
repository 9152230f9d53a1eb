import { AsyncResource } from 'node:async_hooks';

/**
 * A callback that runs in the async context in which it was registered, so that an `AsyncLocalStorage` of the bot holds
 * in it what it holds in the handler. Frames and messages come in the context of the socket.
 */
export function inContext<A extends readonly unknown[]>(
  callback: (...args: A) => unknown,
): (...args: A) => unknown {
  // What is no function fails where it is called, as it would without this.
  if (typeof callback !== 'function') return callback;
  const context = new AsyncResource('HooklineListener');
  return (...args) => context.runInAsyncScope(callback, undefined, ...args);
}
