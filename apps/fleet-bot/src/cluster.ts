import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';

/*
 * One port, one worker per processor. SIGHUP restarts the workers one by one, each once its successor is listening; SIGTERM
 * stops them all. Each worker is a separate instance: without REDIS_URL a request could be replayed at another worker.
 */
const { WORKERS = String(availableParallelism()) } = process.env;

let ending = false;

/** Starts a worker; resolves when it is listening. */
function start(): Promise<void> {
  const worker = cluster.fork();
  return new Promise((resolve, reject) => {
    worker.once('listening', () => resolve());
    worker.once('exit', (code) => reject(new Error(`a worker exited with ${code} before it was listening`)));
  });
}

/** Replaces all workers. A draining worker no longer listens, so that the others get all new calls, and exits by itself. */
async function replaceAll(): Promise<void> {
  for (const old of Object.values(cluster.workers ?? {})) {
    if (ending) return;
    await start();
    old?.process.kill('SIGTERM');
  }
}

if (cluster.isPrimary) {
  cluster.on('exit', ({ exitedAfterDisconnect }) => {
    // Any other exit is a crash.
    if (!ending && !exitedAfterDisconnect) void start().catch((error) => console.error(error.message));
  });
  process.on('SIGHUP', () => void replaceAll().catch((error) => console.error(error.message)));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      ending = true;
      for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM');
    });
  }
  for (let count = 0; count < Number(WORKERS); count++) await start();
  console.log(`${WORKERS} workers listen`);
} else await import('./serve.js');
