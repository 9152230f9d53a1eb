import cluster, { type Worker } from 'node:cluster';
import { ownEnvironment } from './environment.js';

/*
 * One port, one worker per processor. SIGHUP restarts the workers one by one, each once its successor is listening; SIGTERM
 * stops them all. Each worker is a separate instance: without REDIS_URL a request could be replayed at another worker.
 */
// In the primary too: a wrong setting must end the cluster, and not each of its workers.
const { workers } = ownEnvironment();

/**
 * The wait before a worker is started again that ended before it listened, in milliseconds: the next one may end in the same
 * way. It doubles with each that does.
 */
const FIRST_WAIT_MS = 1000;
const MAX_WAIT_MS = 30_000;

let ending = false;
/** How many workers are to run; fewer than `workers` until all have listened once. */
let wanted = 0;
/** How many workers in a row have ended before they listened. */
let failures = 0;
/** The next start of the workers that are missing. */
let refill: NodeJS.Timeout | undefined;
/** Workers that were told to drain. They end by themselves once their calls have ended, and need no successor. */
const draining = new WeakSet<Worker>();
/** Resolves when no worker is being replaced. */
let replaced = Promise.resolve();

/** Starts a worker; resolves when it is listening, or has ended because all end. */
function start(): Promise<void> {
  const worker = cluster.fork();
  let hasListened = false;
  return new Promise((resolve, reject) => {
    worker.once('listening', () => {
      hasListened = true;
      failures = 0;
      resolve();
    });
    worker.once('exit', (code) => {
      // No failure: an error would end the primary, and in a container with it the workers that still have calls.
      if (ending) return resolve();
      if (!hasListened) failures += 1;
      reject(new Error(`a worker exited with ${code} before it was listening`));
    });
  });
}

/** Starts the workers that are missing: at once, unless the last ones failed to start. */
function refillSoon(): void {
  if (ending || refill) return;
  const waitMs = failures === 0 ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), MAX_WAIT_MS);
  refill = setTimeout(() => {
    refill = undefined;
    const running = Object.values(cluster.workers ?? {}).filter(
      (worker) => worker && !worker.isDead() && !draining.has(worker),
    );
    for (let missing = wanted - running.length; missing > 0; missing--)
      void start().catch((error) => console.error(error.message));
  }, waitMs);
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
    // If it fails, the old workers go on: a bad release must not take the bot down, nor be started over and over.
    await start();
    drain(old);
  }
}

if (cluster.isPrimary) {
  cluster.on('exit', ({ exitedAfterDisconnect }) => {
    // Any other exit is a crash.
    if (!exitedAfterDisconnect) refillSoon();
  });
  process.on('SIGHUP', () => {
    // One after another: workers that are being started must be replaced too, and those being replaced only once.
    replaced = replaced
      .then(replaceAll)
      .catch((error) =>
        console.error(`the restart ended early, and the other workers go on: ${error.message}`),
      );
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      ending = true;
      clearTimeout(refill);
      for (const worker of Object.values(cluster.workers ?? {})) if (worker) drain(worker);
    });
  }
  for (; wanted < workers && !ending; wanted++) await start();
  if (!ending) console.log(`${workers} workers listen`);
} else await import('./serve.js');
