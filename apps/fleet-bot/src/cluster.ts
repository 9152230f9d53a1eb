import cluster, { type Worker } from 'node:cluster';
import { availableParallelism } from 'node:os';

/*
 * One port, one worker per processor. SIGHUP restarts the workers one by one, each once its successor is listening; SIGTERM
 * stops them all. Each worker is a separate instance: without REDIS_URL a request could be replayed at another worker.
 */
const { WORKERS = String(availableParallelism()) } = process.env;

let ending = false;
/** Workers that were told to drain. They end by themselves once their calls have ended, and need no successor. */
const draining = new WeakSet<Worker>();
/** Resolves when no worker is being replaced. */
let replaced = Promise.resolve();

/** Starts a worker; resolves when it is listening. */
function start(): Promise<void> {
  const worker = cluster.fork();
  return new Promise((resolve, reject) => {
    worker.once('listening', () => resolve());
    worker.once('exit', (code) => reject(new Error(`a worker exited with ${code} before it was listening`)));
  });
}

/**
 * Tells a worker to drain. Not with SIGTERM: if a process manager signals the primary and the workers, that would be the second
 * one, which ends a worker with its calls.
 */
function drain(worker: Worker): void {
  draining.add(worker);
  worker.process.kill('SIGUSR2');
}

/** Replaces all workers. A draining worker no longer listens, so that the others get all new calls, and exits by itself. */
async function replaceAll(): Promise<void> {
  for (const old of Object.values(cluster.workers ?? {})) {
    if (!old || draining.has(old)) continue;
    if (ending) return;
    await start();
    drain(old);
  }
}

if (cluster.isPrimary) {
  cluster.on('exit', ({ exitedAfterDisconnect }) => {
    // Any other exit is a crash.
    if (!ending && !exitedAfterDisconnect) void start().catch((error) => console.error(error.message));
  });
  process.on('SIGHUP', () => {
    // One after another: workers that are being started must be replaced too, and those being replaced only once.
    replaced = replaced.then(replaceAll).catch((error) => console.error(error.message));
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      ending = true;
      for (const worker of Object.values(cluster.workers ?? {})) if (worker) drain(worker);
    });
  }
  for (let count = 0; count < Number(WORKERS); count++) await start();
  console.log(`${WORKERS} workers listen`);
} else await import('./serve.js');
