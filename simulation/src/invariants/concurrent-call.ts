import { CONCURRENT_CALL_AUDIO_MS } from '../concurrent-call.js';
import type { Evidence } from '../evidence.js';
import { latenessMs } from '../lateness.js';

/** Nothing that happens on one call of a bot affects its other calls. (DECISIONS.md #56) */
export function concurrentCall(evidence: Evidence): string[] {
  const { concurrentCall } = evidence;
  if (!concurrentCall) return [];
  const { ended, reason, result, heardMs, longestGapMs } = concurrentCall;
  if (!ended) return ['the concurrent call has not ended'];
  const violations: string[] = [];
  if (reason !== 'completed') violations.push(`the concurrent call ended with ${String(reason)}`);
  // After a stall a machine runs its timers before it reads its sockets, so a message may miss the deadline.
  const stalls = evidence.network.faults.some(
    ({ fault }) => fault.what === 'stall' && fault.machine === 'server',
  );
  const isOver = result?.ended === 'completed' || (stalls && result?.ended === 'assumed');
  if (!isOver) violations.push(`the playback of the concurrent call was ${result?.ended ?? 'never over'}`);
  if (heardMs !== CONCURRENT_CALL_AUDIO_MS) {
    violations.push(`the concurrent call heard ${heardMs} of ${CONCURRENT_CALL_AUDIO_MS} ms`);
  }
  const lateMs = latenessMs(evidence, 'server');
  if (longestGapMs > lateMs) {
    violations.push(
      `the concurrent call had a gap of ${longestGapMs} ms; its machine may be ${lateMs} ms late`,
    );
  }
  return violations;
}
