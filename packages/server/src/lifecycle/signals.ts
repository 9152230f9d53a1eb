const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Calls `onSignal` at the first SIGTERM or SIGINT; the next one has its usual effect. Returns an unsubscribe function. */
export function onceSignalled(onSignal: () => void): () => void {
  const off = () => {
    for (const signal of SIGNALS) process.off(signal, handle);
  };
  const handle = () => {
    off();
    onSignal();
  };
  for (const signal of SIGNALS) process.on(signal, handle);
  return off;
}
