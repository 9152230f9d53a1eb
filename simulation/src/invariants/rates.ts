import { PLATFORM_RATES, type RateKind } from '@hookline/protocol';
import { TokenBucket } from '@hookline/runtime';
import type { Evidence } from '../evidence.js';

/** What the server paces stays within the limits of the platform. (AC-RATE-1 to AC-RATE-3, DECISIONS.md #38) */
export function rates(evidence: Evidence): string[] {
  const { log, plan, network, bot, caller } = evidence;
  // The server also answers injected messages, and a sink that threw has no record.
  const hasInjectedMessages = network.faults.some(
    ({ fault }) => fault.what === 'malformed' && fault.direction === 'up',
  );
  if (hasInjectedMessages || plan.sinksThrow || plan.sinkFactoryThrows) return [];
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
  const isEvenlyTimed = network.faultFree && network.down.jitterMs === 0 && network.timerGridMs.server === 0;
  if (!isEvenlyTimed || bot.rawFrames > 0 || plan.limits !== 'genesys') return [];
  const warning = caller.result?.warnings.find(({ clause }) => clause?.startsWith('AC-RATE'));
  return warning ? [`the client warned: ${warning.message}`] : [];
}
