/**
 * What is loaded at the first call and is the same for all after; after a failure the next call tries again.
 *
 * @param failed - makes the error that all who wait for a failed load get
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
