/** Whether user code returned something to wait for: a promise, or any other object or function with a method `then`. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  const isObject = (typeof value === 'object' || typeof value === 'function') && value !== null;
  return isObject && 'then' in value && typeof value.then === 'function';
}

/**
 * Marks a promise as handled, so that its rejection does not end the process if the bot does not await it. A bot that
 * awaits it still gets the rejection.
 */
export function quietly<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** Returns the promise of `begin`, or a rejected promise if `begin` throws. */
export function promised<T>(begin: () => Promise<T>): Promise<T> {
  try {
    return begin();
  } catch (error) {
    return quietly(Promise.reject(error));
  }
}

/** A promise and the functions that settle it. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: unknown): void;
}

/** Creates a promise that is settled from outside. Its rejection counts as handled. */
export function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise: quietly(promise), resolve, reject };
}
