const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** One listener of the process for all: Node.js warns of more than ten. */
const waiting = new Set<() => void>();

/** Calls `onSignal` at the first SIGTERM or SIGINT; the next one has its usual effect. Returns an unsubscribe function. */
export function onceSignalled(onSignal: () => void): () => void {
  const notify = () => onSignal();
  if (waiting.size === 0) for (const signal of SIGNALS) process.on(signal, handle);
  waiting.add(notify);
  return () => {
    if (waiting.delete(notify) && waiting.size === 0) stopListening();
  };
}

function handle(): void {
  const notified = [...waiting];
  waiting.clear();
  stopListening();
  for (const notify of notified) notify();
}

function stopListening(): void {
  for (const signal of SIGNALS) process.off(signal, handle);
}
