/**
 * What a function of the user's answers, or a rejection with the signal's reason when that aborts first. An answer or a
 * rejection that comes later is dropped; of an answer that comes twice the first counts.
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
