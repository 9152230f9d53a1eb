/**
 * Loads a value at the first call and returns it at all later calls; after a failure the next call tries again.
 *
 * @param failed - creates the error that all pending calls of a failed load receive
 */
export function loadOnce<T>(load: () => Promise<T>, failed: (cause: unknown) => Error): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    loading ??= load().catch((cause: unknown) => {
      loading = undefined;
      throw failed(cause);
    });
    return loading;
  };
}
