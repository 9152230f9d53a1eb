import cluster from 'node:cluster';
import { setTimeout } from 'node:timers/promises';
import { createBot, pcm16 } from '@hookline/server';
import { redisNonces } from '@hookline/server/redis';
import { Redis } from 'ioredis';
import { ownEnvironment } from './environment.js';

const { apiKey, clientSecret, host, port, redisUrl, maxSessions, drainMs } = ownEnvironment();

/** Without Redis each instance remembers only its own nonces, which suffices for a single instance that is not restarted. */
const redis =
  redisUrl === undefined
    ? undefined
    : // A connection that no longer answers is replaced, as when a firewall has dropped it without a word.
      new Redis(redisUrl, { socketTimeout: 2000 });
// Without a listener the client prints each failed attempt. The bot logs each request that is refused because of it.
redis?.on('error', () => {});

const second = new Int16Array(8000).map((_, index) => 8000 * Math.sin((index * 2 * Math.PI * 440) / 8000));

const bot = createBot(
  {
    auth: { [apiKey]: clientSecret },
    path: '/v1',
    limits: { maxSessions },
    logger: { debug() {}, info() {}, warn: console.error, error: console.error },
    ...(redis ? { nonces: redisNonces((words) => redis.call(...words)) } : {}),
  },
  async (call) => {
    await call.play(pcm16(second.subarray(0, 1600), { rate: 8000 }));
    const { digits } = await call.collectDigits({ max: 1, timeoutMs: Number(call.inputs['waitMs'] ?? 300) });
    return { instance: String(process.pid), digits };
  },
);

/** Time for the upgrade requests of connections that were already accepted, in milliseconds. */
const ACCEPTED_MS = 500;

let draining = false;

/** Lets the calls go on until they end, for `DRAIN_SECONDS` at most; then the process exits. Idempotent. */
async function drain(): Promise<void> {
  if (draining) return;
  draining = true;
  // A worker that disconnects while it opens its port waits for it for ever.
  await listening;
  // A cluster has no readiness check: release the port first, so that the other workers get all new calls.
  if (cluster.worker) {
    cluster.worker.disconnect();
    await setTimeout(ACCEPTED_MS);
  }
  await bot.drain({ timeoutMs: drainMs });
  // The last open connection: the process exits once it is closed.
  redis?.disconnect();
}

// A second one has its usual effect.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, drain);
// From the primary of the cluster. It may follow a SIGTERM to this process, and must not end the calls.
if (cluster.worker) process.on('SIGUSR2', drain);

// After the signals: calls may arrive, and the primary may end this worker, as soon as the port is open.
const listening = bot.listen(port, { host, statusPages: true });
const { url } = await listening;
console.log(`An instance listens at ${url}`);
