/**
 * Marks a promise as seen, so that its rejection cannot end the process when a bot does not await it. The bot that
 * awaits it gets the rejection all the same.
 */
export function quietly<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** What `begin` returns; a rejection where it throws, as every function that returns a promise reports its errors. */
export function promised<T>(begin: () => Promise<T>): Promise<T> {
  try {
    return begin();
  } catch (error) {
    return quietly(Promise.reject(error));
  }
}

/** A promise and what settles it. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: unknown): void;
}

/** Makes a promise to be settled from outside; its rejection is marked as seen. */
export function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise: quietly(promise), resolve, reject };
}
