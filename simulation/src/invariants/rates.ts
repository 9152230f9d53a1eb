import { PLATFORM_RATES, type RateKind } from '@hookline/protocol';
import { TokenBucket } from '@hookline/runtime';
import type { Evidence } from '../evidence.js';

/** The server keeps to the platform's limits in what it paces itself. (AC-RATE-1 to AC-RATE-3, DECISIONS.md #38) */
export function rates(evidence: Evidence): string[] {
  const { log, plan, network, bot, caller } = evidence;
  // What the client did not send is answered all the same; a sink that threw knows nothing.
  const provoked = network.faults.some(({ fault }) => fault.what === 'malformed' && fault.direction === 'up');
  if (provoked || plan.sinksThrow || plan.sinkFactoryThrows) return [];
  const buckets = new Map<string, TokenBucket>();
  const isTaken = (kind: RateKind, atMs: number) => {
    const bucket = buckets.get(kind) ?? new TokenBucket(PLATFORM_RATES[kind], 0);
    buckets.set(kind, bucket);
    return bucket.take(atMs);
  };
  for (const { dir, type, atMs } of log.reported.server) {
    if (dir === 'in' || (type === 'audio' && bot.rawFrames > 0)) continue;
    if (!isTaken(type === 'audio' ? 'binary' : 'text', atMs))
      return [`the server sent ${type} too soon, at ${atMs} ms`];
    if ((type === 'pause' || type === 'resume') && !isTaken(type, atMs))
      return [`the server sent ${type} too soon, at ${atMs} ms`];
  }
  const evenly = network.faultFree && network.down.jitterMs === 0 && network.timerGridMs.server === 0;
  if (!evenly || bot.rawFrames > 0 || plan.limits !== 'genesys') return [];
  const complaint = caller.result?.warnings.find(({ clause }) => clause?.startsWith('AC-RATE'));
  return complaint ? [`the client complained: ${complaint.message}`] : [];
}
