/**
 * Settles like `answer`, which user code returned, or rejects with the signal's reason if that aborts first. Whatever
 * comes after that is ignored, including a second answer of a thenable.
 */
export function unlessAborted<T>(signal: AbortSignal, answer: T | PromiseLike<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    const settled = () => signal.removeEventListener('abort', onAbort);
    signal.addEventListener('abort', onAbort, { once: true });
    Promise.resolve(answer).then(resolve, reject).finally(settled);
    if (signal.aborted) onAbort();
  });
}
